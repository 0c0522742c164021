using System.Buffers.Binary;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>The header of a batch; layout in <see cref="LogFormat"/>.</summary>
/// <param name="Sequence">
/// Number of the batch in its store, from 1. A statement without records has the number of the batch to come.
/// </param>
/// <param name="Durable">Everything before this place was synced before this batch was written.</param>
/// <param name="PayloadLength">Bytes of records.</param>
/// <param name="Records">How many; none in a statement that only says what is durable.</param>
/// <param name="PayloadChecksum">CRC32C of the payload.</param>
/// <param name="Chain">Checksum in the header of the batch before; 0 in the first.</param>
internal readonly record struct BatchHeader(
    long Sequence, LogPlace Durable, int PayloadLength, int Records, uint PayloadChecksum, uint Chain)
{
    private const uint Magic = 0x424C_4B41; // "AKLB"

    /// <summary>Bytes in the file, padding included.</summary>
    public int Bytes => LogFormat.BatchBytes(PayloadLength);

    /// <summary>
    /// The number that the first batch of a segment gives it, by naming the segment before as durable to its end; the very first
    /// names itself. Nothing is verified: zero, or any number, for bytes that are no header.
    /// </summary>
    public static long PeekSegment(ReadOnlySpan<byte> source)
    {
        if (source.Length < LogFormat.BatchHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic) return 0;

        var durable = BinaryPrimitives.ReadInt64LittleEndian(source[16..]);
        return BinaryPrimitives.ReadInt64LittleEndian(source[24..]) == 0 ? durable : unchecked(durable + 1);
    }

    /// <returns>The header's own checksum: the chain of the next batch.</returns>
    public uint Write(uint seed, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], Durable.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], Durable.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(destination[32..], PayloadLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination[36..], Records);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[40..], PayloadChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[44..], Chain);
        var checksum = Crc32C.Append(seed, destination[8..LogFormat.BatchHeaderBytes]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], checksum);
        return checksum;
    }

    /// <summary>False for anything that was not written as a header at this very place.</summary>
    public static bool TryRead(uint seed, ReadOnlySpan<byte> source, out BatchHeader header, out uint checksum)
    {
        header = default;
        checksum = 0;
        if (source.Length < LogFormat.BatchHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic) return false;

        checksum = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
        if (checksum != Crc32C.Append(seed, source[8..LogFormat.BatchHeaderBytes])) return false;

        header = new BatchHeader(
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            new LogPlace(BinaryPrimitives.ReadInt64LittleEndian(source[16..]), BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
            BinaryPrimitives.ReadInt32LittleEndian(source[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[36..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[44..]));
        return header.PayloadLength >= 0 && header.Records >= 0;
    }
}
