namespace AkkaKv.Storage;

/// <summary>Reads a file from front to back in large pieces and hands out small ones.</summary>
/// <param name="file">The file.</param>
/// <param name="pieceBytes">How much is read at a time, where no more is asked for.</param>
internal sealed class FileWindow(IFile file, int pieceBytes = FileWindow.PieceBytes)
{
    public const int PieceBytes = 1024 * 1024;

    private byte[] _buffer = new byte[(int)Math.Min(pieceBytes, file.Length)];
    private long _start;
    private int _count;

    public IFile File => file;

    public long Length { get; } = file.Length;

    /// <summary>
    /// The bytes at <paramref name="offset"/>: fewer than asked for only at the end of the file. Valid until the next call.
    /// </summary>
    public ReadOnlySpan<byte> At(long offset, int bytes) => MemoryAt(offset, bytes).Span;

    /// <summary>As <see cref="At"/>, for whoever goes through the bytes piece by piece.</summary>
    public ReadOnlyMemory<byte> MemoryAt(long offset, int bytes)
    {
        if (offset < _start || offset + bytes > _start + _count) Fill(offset, bytes);
        var from = (int)(offset - _start);
        return _buffer.AsMemory(from, Math.Min(bytes, _count - from));
    }

    /// <summary>The first offset from <paramref name="offset"/> on that does not hold zero; the length when there is none.</summary>
    public long FirstNonZero(long offset)
    {
        while (offset < Length)
        {
            var piece = At(offset, (int)Math.Min(PieceBytes, Length - offset));
            var found = piece.IndexOfAnyExcept((byte)0);
            if (found >= 0) return offset + found;
            if (piece.IsEmpty) break;
            offset += piece.Length;
        }

        return Length;
    }

    private void Fill(long offset, int bytes)
    {
        if (_buffer.Length < bytes) _buffer = new byte[bytes];
        try
        {
            _count = file.Read(offset, _buffer);
            _start = offset;
        }
        catch (StorageFailureException problem) when (problem.IsUnreadable)
        {
            throw new DamagedDataException(problem.File, offset, "the disk cannot read it back");
        }
    }
}
