using System.Net.Sockets;
using AkkaKv.Gateway.Commands;

namespace AkkaKv.Gateway;

/// <summary>The part of a session that sends what no request asked for.</summary>
internal sealed partial class ClientSession
{
    /// <summary>
    /// Whose turn it is to send: the session's, except while it waits for the client. Only who subscribed has one, so all others
    /// pay nothing.
    /// </summary>
    private SemaphoreSlim? _turn;

    /// <summary>From now on messages may come between replies.</summary>
    public void ExpectMessages() => _turn ??= new SemaphoreSlim(0);

    /// <summary>
    /// Sends a subscriber the message that the leader changed, between two of its replies. Callable from any thread; does not
    /// throw. A message to a client that never gets as far as waiting is lost with its connection.
    /// </summary>
    public async Task TellOfAnotherLeaderAsync()
    {
        if (Volatile.Read(ref _turn) is not { } turn)
            return;

        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var rest = PubSubCommands.LeaderChanged(Client);
            while (!rest.IsEmpty)
                rest = rest[await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The client is gone.
        }
        finally
        {
            turn.Release();
        }
    }

    private async ValueTask<int> ReceiveAsSubscriberAsync(SemaphoreSlim turn)
    {
        turn.Release();
        try
        {
            return await _socket.ReceiveAsync(_input.Room(), SocketFlags.None, _whenDraining).ConfigureAwait(false);
        }
        finally
        {
            await turn.WaitAsync().ConfigureAwait(false);
        }
    }
}
