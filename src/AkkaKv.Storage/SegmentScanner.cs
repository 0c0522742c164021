using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>Reads the batches of one segment in their order, and tells a torn tail from damage.</summary>
internal sealed class SegmentScanner
{
    private readonly FileWindow _window;
    private readonly string _path;
    private readonly uint _seed;
    private readonly long _number;

    /// <param name="number">The number that the file must have; null: the one that it gives itself.</param>
    public SegmentScanner(IFile file, string path, StoreId store, long? number = null)
    {
        _window = new FileWindow(file);
        _path = path;
        _number = number ?? BatchHeader.PeekSegment(_window.At(0, LogFormat.BatchHeaderBytes));
        _seed = LogFormat.Seed(store, _number);
    }

    public long Number => _number;

    /// <summary>Where the next batch begins: after the last one that was read.</summary>
    public long Offset { get; private set; }

    /// <summary>The newest statement seen of what was durable; never after <see cref="Offset"/>.</summary>
    public LogPlace Durable { get; private set; }

    public long Length => _window.Length;

    public uint Seed => _seed;

    /// <summary>The batches of this segment before this offset are known to have been synced.</summary>
    public long DurableOffset => Durable.Segment == _number ? Durable.Offset : 0;

    /// <summary>Reads the batch at the front; false when none stands there whole.</summary>
    public bool TryReadFirst(out ReadOnlyMemory<byte> payload) => TryReadBatch(0, out payload, out _, out _);

    /// <summary>The rest of the file from <see cref="Offset"/> on was never written.</summary>
    public bool IsZeroFromHere => _window.FirstNonZero(Offset) == Length;

    /// <summary>Where a written byte stands at or after <paramref name="offset"/>; the length when there is none.</summary>
    public long FirstNonZero(long offset) => _window.FirstNonZero(offset);

    /// <summary>
    /// Reads the next batch, whose sequence and chain must continue those given. Its payload is valid until the next call.
    /// </summary>
    /// <param name="checksum">Of its header: the chain of the batch after it.</param>
    /// <returns>False where no whole batch begins.</returns>
    /// <exception cref="DamagedDataException">A batch stands here, but it does not belong after the one before it.</exception>
    public bool TryNext(long sequence, uint chain, out ReadOnlyMemory<byte> payload, out BatchHeader header, out uint checksum)
    {
        var whole = TryReadBatch(Offset, out payload, out header, out checksum);
        if (header == default) return false;
        if (header.Durable > Durable) Durable = header.Durable;
        if (header.Sequence != sequence || header.Chain != chain)
            throw Damage(Offset, "this batch does not follow the one before it");
        if (!whole) return false;

        Offset += header.Bytes;
        return true;
    }

    /// <summary>Skips the checks of order: for the first batch of the first segment, whose predecessors are gone.</summary>
    public bool TryPeek(out BatchHeader header) => TryReadHeader(Offset, out header, out _);

    /// <summary>
    /// Called where <see cref="TryNext"/> ended: throws when anything behind says that the batch here was durable once.
    /// </summary>
    public void ThrowIfDurableAfterEnd()
    {
        var end = new LogPlace(_number, Offset);
        var offset = _window.FirstNonZero(Offset) / LogFormat.BlockBytes * LogFormat.BlockBytes;
        while (offset < Length)
        {
            if (TryReadHeader(offset, out var header, out _) && header.Durable > end)
                throw Damage(Offset, "a batch that was durable does not verify");
            offset = _window.FirstNonZero(offset + LogFormat.BlockBytes) / LogFormat.BlockBytes * LogFormat.BlockBytes;
        }
    }

    /// <summary>At the end stands nothing, or a statement that the log ends here.</summary>
    public bool EndsCleanly =>
        _window.At(Offset, LogFormat.BlockBytes).IndexOfAnyExcept((byte)0) < 0
        || (TryReadHeader(Offset, out var header, out _) && header.Records == 0);

    public DamagedDataException Damage(long offset, string reason) => new(_path, offset, reason);

    /// <summary>False without a header, for a statement without records, and when the payload does not verify.</summary>
    private bool TryReadBatch(long offset, out ReadOnlyMemory<byte> payload, out BatchHeader header, out uint checksum)
    {
        payload = default;
        if (!TryReadHeader(offset, out header, out checksum) || header.Records == 0) return false;
        if (header.Bytes > Length - offset) throw Damage(Length, "the file was cut");

        var bytes = _window.MemoryAt(offset + LogFormat.BatchHeaderBytes, header.PayloadLength);
        if (Crc32C.Compute(bytes.Span) != header.PayloadChecksum) return false;
        payload = bytes;
        return true;
    }

    private bool TryReadHeader(long offset, out BatchHeader header, out uint checksum) =>
        BatchHeader.TryRead(
            LogFormat.Seed(_seed, offset), _window.At(offset, LogFormat.BatchHeaderBytes), out header, out checksum);
}
