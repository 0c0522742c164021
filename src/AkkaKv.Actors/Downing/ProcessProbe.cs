using System.Net.Sockets;
using Akka.Actor;

namespace AkkaKv.Actors;

/// <summary>Finds out what is certain about the process behind an address.</summary>
public interface IProcessProbe
{
    /// <summary>True when the machine answers and says that nobody listens; false whenever that is not certain.</summary>
    Task<bool> IsGoneAsync(Address address);

    /// <summary>True when a process listens at the address; false whenever that is not certain.</summary>
    Task<bool> AnswersAsync(Address address);
}

/// <summary>
/// Asks the kernel of the other machine. The kernel of a machine whose process ended closes its sockets and refuses new
/// connections at once; a frozen process still has its port open, and a cut network answers nothing: neither is "gone".
/// One refusal may be a process that is just starting, so there must be two.
/// </summary>
public sealed class ProcessProbe : IProcessProbe
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public async Task<bool> IsGoneAsync(Address address)
    {
        if (await ConnectAsync(address).ConfigureAwait(false) != SocketError.ConnectionRefused)
            return false;

        await Task.Delay(Between).ConfigureAwait(false);
        return await ConnectAsync(address).ConfigureAwait(false) == SocketError.ConnectionRefused;
    }

    /// <inheritdoc/>
    public async Task<bool> AnswersAsync(Address address) =>
        await ConnectAsync(address).ConfigureAwait(false) == SocketError.Success;

    private static async Task<SocketError> ConnectAsync(Address address)
    {
        if (address is not { Host: { } host, Port: { } port })
            return SocketError.AddressNotAvailable;

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(ConnectLimit);
        try
        {
            await socket.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
        catch (OperationCanceledException)
        {
            return SocketError.TimedOut;
        }
    }
}
