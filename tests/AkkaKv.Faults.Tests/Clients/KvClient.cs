using System.Buffers;
using System.Net.Sockets;
using AkkaKv.Resp;

namespace AkkaKv.Faults.Tests.Clients;

/// <summary>What is known of a command after it was tried.</summary>
internal enum OutcomeKind
{
    /// <summary>It was executed; the reply says what came of it.</summary>
    Done,

    /// <summary>The server says that it was not executed.</summary>
    Refused,

    /// <summary>It may have been executed, now or later, or not.</summary>
    Unknown,

    /// <summary>It was never sent.</summary>
    NotSent,
}

/// <param name="Kind">What is known.</param>
/// <param name="Reply">The reply, if one came.</param>
/// <param name="Reason">Words for people, if it was not executed for certain.</param>
internal sealed record Outcome(OutcomeKind Kind, RespValue? Reply, string Reason)
{
    public bool IsDone => Kind == OutcomeKind.Done;

    /// <summary>The first word of an error: its meaning for programs.</summary>
    public string Prefix => Reason.Split(' ')[0];

    public override string ToString() => IsDone ? $"{Reply}" : $"{Kind}: {Reason}";
}

/// <summary>
/// One client of one server with one command under way at a time. It never tries again by itself: what is known of each
/// attempt is the matter of these tests. After a lost connection the next command makes a new one.
/// </summary>
internal sealed class KvClient(string host, int port, TimeSpan timeout) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _request = new();
    private readonly ArrayBufferWriter<byte> _input = new();
    private Socket? _socket;
    private ReplyReader _reader = new();

    public async Task<Outcome> AskAsync(params string[] command)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await EnsureConnectedAsync(limit.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            Close();
            return new Outcome(OutcomeKind.NotSent, null, e.Message);
        }

        try
        {
            var reply = await ExchangeAsync(command, limit.Token);
            return reply.IsError ? Judge(reply) : new Outcome(OutcomeKind.Done, reply, "");
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or EndOfStreamException)
        {
            Close();
            return new Outcome(OutcomeKind.Unknown, null, e is OperationCanceledException ? "no reply in time" : e.Message);
        }
    }

    /// <summary>Waits until the server closes the connection, if it has not yet. Nothing may be under way.</summary>
    /// <exception cref="OperationCanceledException">It has not closed it in time.</exception>
    public async Task WaitUntilClosedAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            while (_socket is not null && await _socket.ReceiveAsync(_input.GetMemory(4096), limit.Token) > 0)
            {
                // Nobody waits for what it still says.
            }
        }
        catch (SocketException)
        {
            // Closed as well, if less politely.
        }

        Close();
    }

    public void Dispose() => Close();

    private static Outcome Judge(RespValue error)
    {
        var isUncertain = error.Text.StartsWith("UNCERTAIN", StringComparison.Ordinal);
        return new Outcome(isUncertain ? OutcomeKind.Unknown : OutcomeKind.Refused, error, error.Text);
    }

    // A server that stopped in the meantime has closed the connection: noticed before sending, it makes no outcome unknown.
    private async Task EnsureConnectedAsync(CancellationToken limit)
    {
        if (_socket is not null && _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0)
            Close();
        if (_socket is not null)
            return;

        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _socket.ConnectAsync(host, port, limit);
    }

    private async Task<RespValue> ExchangeAsync(string[] command, CancellationToken limit)
    {
        _request.ResetWrittenCount();
        RequestWriter.Write(_request, command);
        for (var sent = 0; sent < _request.WrittenCount;)
            sent += await _socket!.SendAsync(_request.WrittenMemory[sent..], limit);

        _input.ResetWrittenCount();
        while (true)
        {
            var received = await _socket!.ReceiveAsync(_input.GetMemory(4096), limit);
            if (received == 0)
                throw new EndOfStreamException("the server hung up");
            _input.Advance(received);
            switch (_reader.Read(_input.WrittenSpan, out var reply, out _))
            {
                case OperationStatus.Done:
                    return reply!;
                case OperationStatus.InvalidData:
                    throw new InvalidDataException($"A reply that is none, to {string.Join(' ', command)}.");
                default:
                    continue;
            }
        }
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
        _reader = new ReplyReader();
    }
}
