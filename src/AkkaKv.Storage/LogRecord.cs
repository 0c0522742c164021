using System.Buffers.Binary;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Storage;

/// <summary>What a record on disk says. The numbers are part of the format.</summary>
internal enum LogRecordKind : byte
{
    /// <summary>First in a segment: <see cref="LogHead"/>.</summary>
    Head = 1,

    /// <summary>Content: the entry, in the form of EntryCodec.</summary>
    Append = 2,

    /// <summary>Content: the first index that goes, i64.</summary>
    Truncate = 3,

    /// <summary>Content: the epoch, 17 bytes.</summary>
    Promise = 4,

    /// <summary>Content: the cluster id, 16 bytes, and the mode, one byte.</summary>
    Identity = 5,

    /// <summary>Content: epoch and index, 25 bytes. An installed snapshot ends there; the log is empty after it.</summary>
    Restart = 6,

    /// <summary>
    /// Content: epoch and index, 25 bytes. A snapshot of this log ends there; entries before it are not needed to recover.
    /// </summary>
    Checkpoint = 7,

    /// <summary>Content: the incarnation, i64: the store was opened.</summary>
    Start = 8,
}

/// <summary>One record that was read and verified.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Offset">Where it begins in its segment.</param>
/// <param name="Content">Its bytes, as long as the payload is valid that it was read from.</param>
internal readonly record struct LogRecord(LogRecordKind Kind, long Offset, ReadOnlyMemory<byte> Content)
{
    public const int IdentityBytes = 17;
    public const int PositionBytes = LogHead.EpochBytes + 8;

    /// <summary>Bytes of a record's content on disk.</summary>
    public static int ContentBytes(in DurableRecord record) => record.Kind switch
    {
        DurableRecordKind.Append => record.Entry!.EncodedLength,
        DurableRecordKind.Truncate => 8,
        DurableRecordKind.Promise => LogHead.EpochBytes,
        DurableRecordKind.Identity => IdentityBytes,
        DurableRecordKind.Restart => PositionBytes,
        _ => throw new InvariantException($"unknown durable record {record.Kind}"),
    };

    /// <summary>Writes a record's content.</summary>
    /// <returns>Its kind on disk.</returns>
    public static LogRecordKind WriteContent(in DurableRecord record, Span<byte> content)
    {
        switch (record.Kind)
        {
            case DurableRecordKind.Append:
                EntryCodec.Write(record.Entry!, content);
                return LogRecordKind.Append;
            case DurableRecordKind.Truncate:
                BinaryPrimitives.WriteInt64LittleEndian(content, record.From.Value);
                return LogRecordKind.Truncate;
            case DurableRecordKind.Promise:
                LogHead.WriteEpoch(record.Promised, content);
                return LogRecordKind.Promise;
            case DurableRecordKind.Identity:
                record.ClusterId.Value.TryWriteBytes(content);
                content[16] = (byte)record.Mode;
                return LogRecordKind.Identity;
            case DurableRecordKind.Restart:
                WritePosition(record.Base, content);
                return LogRecordKind.Restart;
            default:
                throw new InvariantException($"unknown durable record {record.Kind}");
        }
    }

    public static void WritePosition(LogPosition position, Span<byte> content)
    {
        LogHead.WriteEpoch(position.Epoch, content);
        BinaryPrimitives.WriteInt64LittleEndian(content[LogHead.EpochBytes..], position.Index.Value);
    }

    public static LogPosition ReadPosition(ReadOnlySpan<byte> content) =>
        new(LogHead.ReadEpoch(content), new LogIndex(BinaryPrimitives.ReadInt64LittleEndian(content[LogHead.EpochBytes..])));
}
