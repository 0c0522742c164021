#nullable enable
using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Akka.Remote.Transport;

/// <summary>
/// The bytes that arrived on a connection and are not consumed yet, in a pooled array that holds at least one whole frame.
/// Not safe for concurrent use.
/// </summary>
internal sealed class ReceiveBuffer(Socket socket, int frameBytesMax) : IDisposable
{
    private const int UsualCapacity = 128 * 1024;

    private byte[] _array = ArrayPool<byte>.Shared.Rent(4096);
    private int _start;
    private int _end;
    private int _wanted;

    /// <summary>Reads what the socket has; false at the end of the stream.</summary>
    internal async ValueTask<bool> FillAsync(CancellationToken cancellation = default)
    {
        MakeRoom();
        var count = await socket.ReceiveAsync(_array.AsMemory(_end), SocketFlags.None, cancellation).ConfigureAwait(false);
        _end += count;
        return count > 0;
    }

    /// <summary>Reads what the socket has, on this thread; false at the end of the stream.</summary>
    internal bool Fill()
    {
        MakeRoom();
        var count = socket.Receive(_array.AsSpan(_end));
        _end += count;
        return count > 0;
    }

    /// <summary>Takes the next whole frame, if it has arrived. The span is valid until the next call of any method.</summary>
    /// <exception cref="WireFormatException">The frame is empty or longer than the bound: nothing is allocated for it.</exception>
    internal bool TryReadFrame(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        var available = _end - _start;
        if (available < WireFormat.LengthPrefixBytes)
            return false;

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_array.AsSpan(_start));
        if (length == 0 || length > (uint)frameBytesMax)
            throw new WireFormatException($"a frame of {length} bytes, where 1 to {frameBytesMax} are allowed");

        var whole = WireFormat.LengthPrefixBytes + (int)length;
        if (available < whole)
        {
            _wanted = whole;
            return false;
        }

        frame = _array.AsSpan(_start + WireFormat.LengthPrefixBytes, (int)length);
        _start += whole;
        return true;
    }

    /// <summary>Takes exactly <paramref name="count"/> bytes, if they have arrived.</summary>
    internal bool TryReadExactly(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_end - _start < count)
        {
            _wanted = count;
            return false;
        }

        bytes = _array.AsSpan(_start, count);
        _start += count;
        return true;
    }

    public void Dispose()
    {
        var array = _array;
        _array = [];
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
    }

    /// <summary>
    /// Makes free space at the end. A connection starts small, so that one that never completes its handshake costs little, and
    /// grows with what arrives: a peer that announces a large frame and does not send it gets no memory for it.
    /// </summary>
    private void MakeRoom()
    {
        var unread = _end - _start;
        var wasFilled = _end == _array.Length;
        if (_start > 0)
        {
            _array.AsSpan(_start, unread).CopyTo(_array);
            (_start, _end) = (0, unread);
        }

        if (wasFilled)
            Resize((int)Math.Max(_array.Length, Math.Min(Math.Max(_wanted, UsualCapacity), 2L * _array.Length)));
        else if (unread == 0 && _array.Length > 4 * UsualCapacity)
            Resize(UsualCapacity);
        _wanted = 0;
    }

    private void Resize(int capacity)
    {
        if (capacity == _array.Length)
            return;

        var other = ArrayPool<byte>.Shared.Rent(capacity);
        _array.AsSpan(0, _end).CopyTo(other);
        ArrayPool<byte>.Shared.Return(_array);
        _array = other;
    }
}
