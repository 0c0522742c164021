using System.Buffers;

namespace AkkaKv.Gateway;

/// <summary>
/// The input of one connection that was not used yet, in one piece. It begins small, grows as bytes arrive (never because a
/// length was announced), and shrinks again after an unusually large request. Without input it need not have memory.
/// </summary>
internal sealed class ReceiveBuffer : IDisposable
{
    private const int BytesAtFirst = 4 * 1024;
    private const int BytesUsual = 64 * 1024;

    private byte[] _buffer = [];
    private int _bytesWanted = BytesAtFirst;
    private int _start;
    private int _end;
    private bool _wasFilled;

    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    public bool IsEmpty => _start == _end;

    public void Consume(int bytes) => _start += bytes;

    /// <summary>Room for more input. Moves or replaces the unread bytes, so spans taken before are void.</summary>
    public Span<byte> Room()
    {
        if (IsEmpty)
        {
            _start = _end = 0;
            if (_buffer.Length == 0)
                _buffer = ArrayPool<byte>.Shared.Rent(_bytesWanted);
            else if (_buffer.Length > BytesUsual)
                Replace(BytesUsual);
            else if (_wasFilled && _buffer.Length < BytesUsual)
                Replace(_buffer.Length * 2); // A pipelining client: fewer, larger reads.
        }
        else if (_buffer.Length - _end < _buffer.Length / 4)
        {
            if (_start >= _buffer.Length / 2)
                Replace(_buffer.Length);
            else
                Replace(_buffer.Length * 2);
        }

        return _buffer.AsSpan(_end);
    }

    public void Filled(int bytes)
    {
        _end += bytes;
        _wasFilled = _end == _buffer.Length;
    }

    /// <summary>
    /// Gives the memory back when there is nothing in it: the next connection that receives on this thread takes it while it is still in
    /// the processor's cache, and one that is idle has none.
    /// </summary>
    public void Release()
    {
        if (!IsEmpty || _buffer.Length == 0)
            return;

        _bytesWanted = Math.Min(_wasFilled ? _buffer.Length * 2 : _buffer.Length, BytesUsual); // Who pipelines needs fewer reads.
        _wasFilled = false;
        Dispose();
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    private void Replace(int bytes)
    {
        var replacement = ArrayPool<byte>.Shared.Rent(bytes);
        Unread.CopyTo(replacement);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = replacement;
        _end -= _start;
        _start = 0;
    }
}
