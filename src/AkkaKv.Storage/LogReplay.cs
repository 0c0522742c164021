using System.Buffers;
using System.Buffers.Binary;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>Adds up the records of a log that is being recovered, and keeps the entries that are still wanted.</summary>
/// <param name="head">Of the first segment.</param>
/// <param name="unwanted">
/// Entries up to here are not kept. What comes out holds only if the base is there at the end, see <see cref="IsComplete"/>.
/// </param>
internal sealed class LogReplay(LogHead head, LogIndex unwanted)
{
    private LogPosition _lastUnwanted;
    private bool _isUncertain;

    public LogContent Content { get; } = new(head);

    /// <summary>Entries that follow each other and end with the last one.</summary>
    public List<Entry> Entries { get; } = [];

    /// <summary>All entries after the base are here.</summary>
    public bool IsComplete => Entries.Count == Content.Last - Content.Base.Index && !_isUncertain;

    /// <summary>Goes on with the next segment.</summary>
    /// <param name="head">Its head.</param>
    /// <param name="isNext">No segment was given up between the one before and this one.</param>
    /// <returns>False when the head contradicts what came before.</returns>
    public bool TryContinue(in LogHead head, bool isNext)
    {
        if (head == Content.Head(head.SegmentBytes, head.Previous)) return true;
        if (isNext) return false;
        try
        {
            Adopt(head);
            return head == Content.Head(head.SegmentBytes, head.Previous);
        }
        catch (InvariantException)
        {
            return false;
        }
    }

    /// <returns>False for a record that no version of this format writes there.</returns>
    public bool TryApply(in LogRecord record, LogPlace batch)
    {
        try
        {
            return Apply(record, batch);
        }
        catch (InvariantException)
        {
            return false; // Its checksum holds, yet it contradicts the records before it.
        }
    }

    /// <summary>The segments that were given up had undone entries, or had put a snapshot in force.</summary>
    private void Adopt(in LogHead head)
    {
        _isUncertain |= unwanted > LogIndex.Zero; // Whether the base is of this history is known by its entry.
        if (head.Last < Content.Last) Truncate(head.Last.Next);
        if (head.Base != Content.Base && !(head.Base.Index <= Content.Last && Checkpoint(head.Base))) Restart(head.Base);
        Content.Adopt(head);
    }

    private bool Apply(in LogRecord record, LogPlace batch)
    {
        var content = record.Content.Span;
        switch (record.Kind)
        {
            case LogRecordKind.Append:
                return Append(record, batch);
            case LogRecordKind.Truncate when content.Length == 8:
                Truncate(new LogIndex(BinaryPrimitives.ReadInt64LittleEndian(content)));
                return true;
            case LogRecordKind.Promise when content.Length == LogHead.EpochBytes:
                Content.Promise(LogHead.ReadEpoch(content));
                return true;
            case LogRecordKind.Identity when content.Length == LogRecord.IdentityBytes:
                Content.Join(new ClusterId(new Guid(content[..16])), (StoreMode)content[16]);
                return true;
            case LogRecordKind.Restart when content.Length == LogRecord.PositionBytes:
                Restart(LogRecord.ReadPosition(content));
                return true;
            case LogRecordKind.Checkpoint when content.Length == LogRecord.PositionBytes:
                return Checkpoint(LogRecord.ReadPosition(content));
            case LogRecordKind.Start when content.Length == 8:
                Content.Start(BinaryPrimitives.ReadInt64LittleEndian(content));
                return true;
            default:
                return false;
        }
    }

    private bool Append(in LogRecord record, LogPlace batch)
    {
        var content = record.Content.Span;
        if (EntryCodec.TryReadPosition(content, int.MaxValue, out var position, out var consumed) != OperationStatus.Done) return false;
        if (consumed != content.Length) return false;

        Content.Append(position.Index, batch.Segment, batch.Offset, record.Offset);
        if (position.Index <= unwanted)
        {
            _lastUnwanted = position;
            return true;
        }

        Invariant.Holds(EntryCodec.TryRead(content, int.MaxValue, out var entry, out _) == OperationStatus.Done);
        Entries.Add(entry!);
        return true;
    }

    private void Truncate(LogIndex from)
    {
        Content.Truncate(from);
        while (Entries is [.., var last] && last.Index >= from) Entries.RemoveAt(Entries.Count - 1);
    }

    private void Restart(LogPosition position)
    {
        Content.Restart(position);
        Entries.Clear();
    }

    private bool Checkpoint(LogPosition position)
    {
        Content.Checkpoint(position);
        if (position.Index == _lastUnwanted.Index) return position == _lastUnwanted;
        if (Entries is not [var first, ..] || first.Index > position.Index) return true;

        var covered = (int)(position.Index - first.Index) + 1;
        if (Entries[covered - 1].Position != position) return false;

        Entries.RemoveRange(0, covered);
        return true;
    }
}
