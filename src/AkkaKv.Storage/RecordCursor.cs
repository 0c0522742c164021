using System.Buffers.Binary;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>Walks the records of one batch's payload, verifying each. No bytes make it throw.</summary>
/// <param name="payload">The records, back to back.</param>
/// <param name="segmentSeed">See <see cref="LogFormat.Seed(StoreId, long)"/>.</param>
/// <param name="offset">Where the payload begins in its segment.</param>
internal struct RecordCursor(ReadOnlyMemory<byte> payload, uint segmentSeed, long offset)
{
    private int _position;

    /// <summary>Where the next record begins in its segment.</summary>
    public readonly long Offset => offset + _position;

    /// <summary>Everything was read and verified.</summary>
    public readonly bool IsAtEnd => _position == payload.Length;

    /// <summary>False at the end, and before bytes that are no record.</summary>
    public bool TryNext(out LogRecord record)
    {
        record = default;
        var rest = payload.Span[_position..];
        if (rest.Length < LogFormat.RecordHeaderBytes) return false;

        var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 0 || length > rest.Length - LogFormat.RecordHeaderBytes) return false;

        var whole = rest[..(LogFormat.RecordHeaderBytes + length)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) != Checksum(segmentSeed, Offset, whole)) return false;

        record = new LogRecord(
            (LogRecordKind)rest[8], Offset, payload.Slice(_position + LogFormat.RecordHeaderBytes, length));
        _position += whole.Length;
        return true;
    }

    /// <summary>The checksum of a record over its place, length, kind and content.</summary>
    public static uint Checksum(uint segmentSeed, long recordOffset, ReadOnlySpan<byte> record)
    {
        var checksum = Crc32C.Append(LogFormat.Seed(segmentSeed, recordOffset), record[..4]);
        return Crc32C.Append(checksum, record[8..]);
    }
}
