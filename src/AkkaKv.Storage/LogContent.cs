using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Storage;

/// <summary>What the records of a log add up to. The writer and recovery keep it by the same rules.</summary>
internal sealed class LogContent(LogHead head)
{
    public StoreId StoreId { get; } = head.StoreId;

    public ClusterId ClusterId { get; private set; } = head.ClusterId;

    public StoreMode Mode { get; private set; } = head.Mode;

    public Epoch Promised { get; private set; } = head.Promised;

    /// <summary>The last position that the current snapshot covers. Nothing at or before it is ever truncated.</summary>
    public LogPosition Base { get; private set; } = head.Base;

    /// <summary>Index of the last entry.</summary>
    public LogIndex Last { get; private set; } = head.Last;

    /// <summary>How often the store was opened.</summary>
    public long Incarnation { get; private set; } = head.Incarnation;

    public EntryIndex Index { get; } = new();

    /// <summary>What the next segment has to repeat.</summary>
    public LogHead Head(long segmentBytes, LogPlace previous) =>
        new(StoreId, ClusterId, Mode, Incarnation, Promised, Base, Last, segmentBytes, previous);

    public void Append(LogIndex index, long segment, long batchOffset, long recordOffset)
    {
        Invariant.Holds(index == Last.Next);
        Last = index;
        Index.Append(index, segment, batchOffset, recordOffset);
    }

    public void Truncate(LogIndex from)
    {
        Invariant.Holds(from > Base.Index);
        if (from > Last) return;

        Last = from.Previous;
        Index.Truncate(from);
    }

    public void Promise(Epoch epoch)
    {
        Invariant.Holds(epoch >= Promised);
        Promised = epoch;
    }

    /// <summary>A blank store may be nominated for one cluster after another; a voter stays with its own.</summary>
    public void Join(ClusterId cluster, StoreMode mode)
    {
        Invariant.Holds(mode is StoreMode.Blank or StoreMode.Voter);
        Invariant.Holds(Mode == StoreMode.Blank || (mode == StoreMode.Voter && cluster == ClusterId));
        ClusterId = cluster;
        Mode = mode;
    }

    public void Start(long incarnation)
    {
        Invariant.Holds(incarnation == Incarnation + 1);
        Incarnation = incarnation;
    }

    public void Restart(LogPosition position)
    {
        Base = position;
        Last = position.Index;
        Index.Clear();
    }

    /// <summary>Takes over what a head repeats of segments that are gone. Entries and base are the caller's.</summary>
    public void Adopt(in LogHead head)
    {
        Invariant.Holds(head.Incarnation >= Incarnation);
        Promise(head.Promised);
        Join(head.ClusterId, head.Mode);
        Incarnation = head.Incarnation;
    }

    public void Checkpoint(LogPosition position)
    {
        Invariant.Holds(position.Index >= Base.Index);
        Invariant.Holds(position.Index <= Last);
        Base = position;
    }

    /// <summary>Takes in a record that is durable now.</summary>
    public void Apply(in DurableRecord record, LogPlace batch, long recordOffset)
    {
        switch (record.Kind)
        {
            case DurableRecordKind.Append:
                Append(record.Entry!.Index, batch.Segment, batch.Offset, recordOffset);
                break;
            case DurableRecordKind.Truncate:
                Truncate(record.From);
                break;
            case DurableRecordKind.Promise:
                Promise(record.Promised);
                break;
            case DurableRecordKind.Identity:
                Join(record.ClusterId, record.Mode);
                break;
            case DurableRecordKind.Restart:
                Restart(record.Base);
                break;
            default:
                throw new InvariantException($"unknown durable record {record.Kind}");
        }
    }
}
