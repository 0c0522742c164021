using System.Buffers;
using System.Net.Sockets;
using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Cli;

/// <summary>No server could be reached, or the one that was left before it answered.</summary>
internal sealed class ServerLostException(string message) : Exception(message);

/// <summary>
/// A connection to one of several servers. When that server goes away, the next command goes to another one. A command that was
/// sent and not answered is sent again only if it changes nothing.
/// </summary>
internal sealed class Connection(IReadOnlyList<ServerAddress> servers, string? password) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Commands that are safe to ask a second server after the first one went away in between.</summary>
    private static readonly HashSet<string> Reads = new(StringComparer.OrdinalIgnoreCase)
    {
        "get", "mget", "strlen", "getrange", "exists", "type", "ttl", "pttl", "expiretime", "pexpiretime", "dbsize", "keys", "scan",
        "randomkey", "ping", "echo", "info", "command", "time", "role",
    };

    private readonly byte[] _chunk = new byte[64 * 1024];
    private readonly ArrayBufferWriter<byte> _request = new();
    private Socket? _socket;
    private ReplyReader _reader = new();
    private byte[] _input = new byte[64 * 1024];
    private int _start;
    private int _end;
    private int _next;
    private ServerAddress? _lost;

    /// <summary>The server in use; null before the first one and after it was lost.</summary>
    public ServerAddress? Server { get; private set; }

    /// <summary>Told about each move to another server: words for a person.</summary>
    public Action<string> Notify { get; set; } = static _ => { };

    /// <summary>Sends a command and waits for its reply.</summary>
    /// <exception cref="ServerLostException">No server answers, or it is unknown whether the command was executed.</exception>
    public RespValue Ask(IReadOnlyList<ReadOnlyMemory<byte>> command)
    {
        var isRead = command.Count > 0 && Reads.Contains(Encoding.Latin1.GetString(command[0].Span));
        for (var attempt = 1; ; attempt++)
        {
            EnsureConnected();
            try
            {
                return Exchange(command);
            }
            catch (Exception failure) when (failure is SocketException or EndOfStreamException or InvalidDataException)
            {
                var lost = Server;
                Lose();
                if (isRead && attempt < servers.Count)
                    continue;

                throw new ServerLostException(isRead
                    ? $"{lost} went away before it answered."
                    : $"{lost} went away before it answered: the command may or may not have been executed.");
            }
        }
    }

    /// <summary>Connects if there is no connection: to the first server that answers, after one that was lost.</summary>
    /// <exception cref="ServerLostException">None answers.</exception>
    public void EnsureConnected()
    {
        if (_socket is not null && IsAlive(_socket))
            return;

        if (_socket is not null)
            Lose();
        var reasons = new List<string>();
        for (var i = 0; i < servers.Count; i++)
        {
            var server = servers[(_next + i) % servers.Count];
            if (TryConnect(server) is { } reason)
            {
                reasons.Add($"{server} ({reason})");
                continue;
            }

            _next = (_next + i) % servers.Count;
            if (_lost is not null || reasons.Count > 0)
                Notify(_lost is null ? $"now on {server}" : $"{_lost} went away; now on {server}");
            _lost = null;
            return;
        }

        throw new ServerLostException($"No server answers: {string.Join(", ", reasons)}.");
    }

    public void Dispose() => Close();

    private string? TryConnect(ServerAddress server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (!socket.ConnectAsync(server.Host, server.Port).Wait(ConnectTimeout))
                throw new SocketException((int)SocketError.TimedOut);

            socket.ReceiveTimeout = socket.SendTimeout = (int)ReplyTimeout.TotalMilliseconds;
            _socket = socket;
            Server = server;
            Greet();
            return null;
        }
        catch (Exception failure) when (failure is SocketException or AggregateException or EndOfStreamException or InvalidDataException)
        {
            socket.Dispose();
            Close();
            return (failure.InnerException ?? failure).Message;
        }
    }

    /// <summary>Chooses RESP3, whose replies tell more. A server that does not know it stays with RESP2.</summary>
    private void Greet()
    {
        string[] hello = password is null ? ["HELLO", "3"] : ["HELLO", "3", "AUTH", "default", password];
        var reply = Exchange([.. hello.Select(word => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(word))]);
        if (reply.IsError && reply.Text.StartsWith("WRONGPASS", StringComparison.Ordinal))
            throw new InvalidDataException(reply.Text);
        if (reply.IsError && reply.Text.Contains("max number of clients", StringComparison.Ordinal))
            throw new InvalidDataException(reply.Text);
    }

    private RespValue Exchange(IReadOnlyList<ReadOnlyMemory<byte>> command)
    {
        _request.ResetWrittenCount();
        RequestWriter.Write(_request, command);
        var rest = _request.WrittenSpan;
        while (!rest.IsEmpty)
            rest = rest[_socket!.Send(rest)..];

        while (true)
        {
            var status = _reader.Read(_input.AsSpan(_start, _end - _start), out var reply, out var consumed);
            if (status == OperationStatus.InvalidData)
                throw new InvalidDataException("It does not speak the Redis protocol.");
            if (status == OperationStatus.NeedMoreData)
            {
                Receive();
                continue;
            }

            _start += consumed;
            if (reply!.Kind != RespKind.Push)
                return reply;
        }
    }

    private void Receive()
    {
        var received = _socket!.Receive(_chunk);
        if (received == 0)
            throw new EndOfStreamException("It hung up.");

        if (_start == _end)
            _start = _end = 0;
        if (_end + received > _input.Length)
        {
            var unread = _input.AsSpan(_start, _end - _start);
            var larger = new byte[Math.Max(_input.Length, 2 * (unread.Length + received))];
            unread.CopyTo(larger);
            (_end, _start, _input) = (_end - _start, 0, larger);
        }

        _chunk.AsSpan(0, received).CopyTo(_input.AsSpan(_end));
        _end += received;
    }

    /// <summary>True unless the server has hung up meanwhile: noticed before a command is sent, it costs nobody a doubt.</summary>
    private static bool IsAlive(Socket socket) => !(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);

    /// <summary>The server went away: the next one is tried first.</summary>
    private void Lose()
    {
        _lost = Server;
        _next = (_next + 1) % servers.Count;
        Close();
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
        Server = null;
        _reader = new ReplyReader();
        _start = _end = 0;
    }
}
