using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace AkkaKv.Benchmarks.Load;

/// <summary>One connection of a <see cref="LoadWorker"/>: its requests under way, and bytes that are incomplete or not yet sent.</summary>
internal sealed class LoadConnection : IDisposable
{
    private const int ErrorBytesShown = 160;
    private const int RoomBytes = 4096;

    private readonly LoadWorker _worker;
    private readonly Socket _socket;
    private readonly Wire _wire;
    private readonly Request[] _requests;
    private readonly int _handle;
    private byte[] _unread = [];
    private int _unreadBytes;
    private byte[] _unsent = [];
    private int _unsentStart;
    private int _unsentEnd;
    private int _oldest;

    public LoadConnection(LoadWorker worker, IPEndPoint server, Wire wire, int number, int depth)
    {
        _worker = worker;
        _wire = wire;
        _requests = new Request[depth];
        Number = number;
        _socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(server);
        _socket.Blocking = false;
        _handle = (int)_socket.Handle;
    }

    private record struct Request(long Start, int Key, bool IsPut);

    /// <summary>Its place among the worker's connections.</summary>
    public int Number { get; }

    public int Handle => _handle;

    public int UnderWay { get; private set; }

    /// <summary>Requests that may still be put under way; none while earlier ones wait for room in the socket.</summary>
    public int Free => _unsentEnd > 0 || IsClosed ? 0 : _requests.Length - UnderWay;

    public bool IsClosed { get; private set; }

    public void Begin() => Send(_wire.Preface);

    /// <summary>Puts requests under way, with one call of the system.</summary>
    /// <param name="count">How many, at most <see cref="Free"/>.</param>
    /// <param name="start">From when on their time counts.</param>
    public void Issue(int count, long start)
    {
        var output = _worker.Output;
        var length = 0;
        for (; count > 0 && _worker.TryNext(out var key, out var isPut); count--)
        {
            if (output.Length - length < _wire.RequestBytesMax)
            {
                Send(output.AsSpan(0, length));
                length = 0;
            }

            length += isPut
                ? _wire.WritePut(output.AsSpan(length), key, _worker.Data.NextVersion(key))
                : _wire.WriteGet(output.AsSpan(length), key);
            _requests[(_oldest + UnderWay++) % _requests.Length] = new Request(start, key, isPut);
        }

        Send(output.AsSpan(0, length));
    }

    /// <summary>Reads what has come, and checks and counts each reply.</summary>
    /// <returns>How many requests were answered.</returns>
    public int Receive()
    {
        // Replies that come whole are read in the worker's buffer, which is in the cache. One in pieces gathers in this connection's own.
        var input = _unreadBytes == 0 ? _worker.Input : _unread;
        var received = Native.Receive(_handle, input, _unreadBytes);
        if (received <= 0)
        {
            if (received == 0 || Marshal.GetLastPInvokeError() is not (Native.Again or Native.Interrupted))
                Fail("The connection was closed");
            return 0;
        }

        var now = LoadWorker.Now;
        var rest = input.AsSpan(0, _unreadBytes + received);
        var answered = 0;
        while (!rest.IsEmpty)
        {
            var status = _wire.Read(rest, out var consumed, out var kind, out var text);
            if (status == OperationStatus.NeedMoreData)
                break;
            if (status == OperationStatus.InvalidData || (kind != ReplyKind.Interlude && UnderWay == 0))
            {
                Fail("The server sent something that is no reply");
                return answered;
            }

            if (kind != ReplyKind.Interlude)
            {
                Answered(kind, text, now);
                answered++;
            }

            rest = rest[consumed..];
        }

        Keep(rest);
        SendInterlude();
        return answered;
    }

    /// <summary>Sends what did not fit before.</summary>
    public void Flush()
    {
        var sent = Native.Send(_handle, _unsent.AsSpan(_unsentStart, _unsentEnd - _unsentStart));
        if (sent > 0)
            _unsentStart += sent;
        if (_unsentStart < _unsentEnd)
            return;

        _unsentStart = _unsentEnd = 0;
        _worker.Poll.Change(_handle, Number, forOutput: false);
    }

    public void Dispose() => _socket.Dispose();

    private void Answered(ReplyKind kind, ReadOnlySpan<byte> text, long now)
    {
        ref var request = ref _requests[_oldest];
        _oldest = (_oldest + 1) % _requests.Length;
        UnderWay--;
        var problem = kind switch
        {
            ReplyKind.Error => "refused: " + Encoding.Latin1.GetString(text[..Math.Min(text.Length, ErrorBytesShown)]),
            ReplyKind.Ok when request.IsPut => null,
            ReplyKind.Nothing when !request.IsPut && !_worker.Data.IsFilled => null,
            ReplyKind.Nothing when !request.IsPut => "WRONG: a key that was written is missing",
            ReplyKind.Value when !request.IsPut =>
                _worker.Data.WasWritten(text, request.Key) ? null : "WRONG: a value that nobody wrote",
            _ => "WRONG: a reply that does not belong to the request",
        };
        _worker.Count(request.IsPut, request.Start, now, problem);
    }

    private void SendInterlude()
    {
        Span<byte> buffer = stackalloc byte[256];
        while (_wire.WriteInterlude(buffer) is > 0 and var length)
            Send(buffer[..length]);
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || IsClosed)
            return;

        var sent = 0;
        if (_unsentEnd == 0)
        {
            sent = Native.Send(_handle, bytes);
            if (sent == bytes.Length)
                return;
            if (sent < 0 && Marshal.GetLastPInvokeError() is not (Native.Again or Native.Interrupted))
            {
                Fail("The connection was closed");
                return;
            }

            sent = Math.Max(sent, 0);
            _worker.Poll.Change(_handle, Number, forOutput: true);
        }

        var rest = bytes[sent..];
        if (_unsent.Length < _unsentEnd + rest.Length)
            Array.Resize(ref _unsent, Math.Max(2 * _unsent.Length, _unsentEnd + rest.Length));
        rest.CopyTo(_unsent.AsSpan(_unsentEnd));
        _unsentEnd += rest.Length;
    }

    /// <summary>Moves what is incomplete to the front of this connection's own buffer, and makes room behind it.</summary>
    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (!rest.IsEmpty && _unread.Length < rest.Length + RoomBytes)
            _unread = new byte[Math.Max(rest.Length, _wire.RequestBytesMax) + RoomBytes];
        rest.CopyTo(_unread);
        _unreadBytes = rest.Length;
    }

    private void Fail(string reason)
    {
        IsClosed = true;
        _worker.Problem(reason, 1 + UnderWay);
        UnderWay = 0;
        _socket.Dispose();
    }
}
