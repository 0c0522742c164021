namespace AkkaKv.Core.Commands;

/// <summary>
/// Collects the results of one request. A run of Ok costs nothing: it becomes a slice of one shared array of zeros. Not
/// thread-safe; used again for every request.
/// </summary>
public sealed class ResultWriter
{
    private const int BytesKeptMax = 64 * 1024;
    private static readonly byte[] Zeros = new byte[1024];

    private byte[] _buffer = new byte[256];
    private int _length;
    private bool _onlyOk = true;

    /// <summary>Writes Ok, Nil or an error.</summary>
    public void Write(ResultKind kind)
    {
        _onlyOk &= kind == ResultKind.Ok;
        Room(1)[0] = (byte)kind;
        _length++;
    }

    /// <summary>Writes a number.</summary>
    public void WriteInteger(long value)
    {
        Write(ResultKind.Integer);
        _length += Varint.Write(Room(Varint.BytesMax), Varint.Fold(value));
    }

    /// <summary>Writes a value.</summary>
    public void WriteBulk(ReadOnlySpan<byte> value)
    {
        Write(ResultKind.Bulk);
        var room = Room(Varint.BytesMax + value.Length);
        var prefix = Varint.Write(room, (ulong)value.Length);
        value.CopyTo(room[prefix..]);
        _length += prefix + value.Length;
    }

    /// <summary>Returns the results in memory that nobody writes to again, and starts anew.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        ReadOnlyMemory<byte> results = _onlyOk && _length <= Zeros.Length
            ? Zeros.AsMemory(0, _length)
            : _buffer.AsSpan(0, _length).ToArray();
        _length = 0;
        _onlyOk = true;
        if (_buffer.Length > BytesKeptMax) _buffer = new byte[256];
        return results;
    }

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _length < bytes) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, checked(_length + bytes)));
        return _buffer.AsSpan(_length);
    }
}
