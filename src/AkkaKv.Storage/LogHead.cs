using System.Buffers.Binary;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// The first record of every segment: what the segments before it said, as far as it must survive them. Layout of the
/// content, little-endian: format version u32, store id 16, cluster id 16, mode u8, incarnation i64,
/// promised epoch 17, base epoch 17, base index i64, last index i64, segment bytes i64, previous segment i64, its end i64.
/// </summary>
/// <param name="Incarnation">How often the store was opened before.</param>
/// <param name="Base">The last position that the current snapshot covers.</param>
/// <param name="Last">Index of the last entry before this segment.</param>
/// <param name="SegmentBytes">Length of the file: a shorter one was cut.</param>
/// <param name="Previous">
/// The segment that this one continues, and where its last batch ends; nothing in the first. Segments between the two were
/// given up (see <see cref="LogFormat"/>).
/// </param>
internal readonly record struct LogHead(
    StoreId StoreId,
    ClusterId ClusterId,
    StoreMode Mode,
    long Incarnation,
    Epoch Promised,
    LogPosition Base,
    LogIndex Last,
    long SegmentBytes,
    LogPlace Previous)
{
    public const int Bytes = 4 + 16 + 16 + 1 + EpochBytes + EpochBytes + (6 * 8);
    public const int EpochBytes = 17;

    /// <summary>The first entry that the segment may hold: it has its name from it.</summary>
    public LogIndex First => Last.Next;

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, LogFormat.Version);
        StoreId.Value.TryWriteBytes(destination[4..]);
        ClusterId.Value.TryWriteBytes(destination[20..]);
        destination[36] = (byte)Mode;
        BinaryPrimitives.WriteInt64LittleEndian(destination[37..], Incarnation);
        WriteEpoch(Promised, destination[45..]);
        WriteEpoch(Base.Epoch, destination[62..]);
        BinaryPrimitives.WriteInt64LittleEndian(destination[79..], Base.Index.Value);
        BinaryPrimitives.WriteInt64LittleEndian(destination[87..], Last.Value);
        BinaryPrimitives.WriteInt64LittleEndian(destination[95..], SegmentBytes);
        BinaryPrimitives.WriteInt64LittleEndian(destination[103..], Previous.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(destination[111..], Previous.Offset);
    }

    public static bool TryRead(ReadOnlySpan<byte> content, out LogHead head)
    {
        head = default;
        if (content.Length != Bytes || BinaryPrimitives.ReadInt32LittleEndian(content) != LogFormat.Version) return false;

        head = new LogHead(
            new StoreId(new Guid(content[4..20])),
            new ClusterId(new Guid(content[20..36])),
            (StoreMode)content[36],
            BinaryPrimitives.ReadInt64LittleEndian(content[37..]),
            ReadEpoch(content[45..]),
            new LogPosition(ReadEpoch(content[62..]), new LogIndex(BinaryPrimitives.ReadInt64LittleEndian(content[79..]))),
            new LogIndex(BinaryPrimitives.ReadInt64LittleEndian(content[87..])),
            BinaryPrimitives.ReadInt64LittleEndian(content[95..]),
            new LogPlace(
                BinaryPrimitives.ReadInt64LittleEndian(content[103..]), BinaryPrimitives.ReadInt64LittleEndian(content[111..])));
        return true;
    }

    public static void WriteEpoch(Epoch epoch, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, epoch.Round);
        destination[8] = epoch.Slot;
        BinaryPrimitives.WriteUInt64LittleEndian(destination[9..], epoch.Nonce);
    }

    public static Epoch ReadEpoch(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(source), source[8], BinaryPrimitives.ReadUInt64LittleEndian(source[9..]));
}
