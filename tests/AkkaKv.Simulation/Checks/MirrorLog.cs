using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Simulation.Checks;

/// <summary>What a store should say, made from the records that its replica handed out: once as in memory, once as on disk.</summary>
internal sealed class MirrorLog
{
    private readonly List<Entry> _entries;

    public MirrorLog(RecoveredReplica recovered)
    {
        _entries = [.. recovered.Entries];
        (Base, Promised, Mode, Cluster) = (recovered.Snapshot, recovered.Promised, recovered.Mode, recovered.ClusterId);
    }

    private MirrorLog(MirrorLog other)
    {
        _entries = [.. other._entries];
        (Base, Promised, Mode, Cluster) = (other.Base, other.Promised, other.Mode, other.Cluster);
    }

    /// <summary>The position before the first entry that is known one by one; everything up to it is committed.</summary>
    public LogPosition Base { get; private set; }

    public Epoch Promised { get; private set; }

    public StoreMode Mode { get; private set; }

    public ClusterId Cluster { get; private set; }

    public LogPosition Last => _entries.Count > 0 ? _entries[^1].Position : Base;

    public MirrorLog Copy() => new(this);

    /// <summary>The entry at an index after <see cref="Base"/>; null if there is none.</summary>
    public Entry? this[LogIndex index]
    {
        get
        {
            var place = index - Base.Index - 1;
            return 0 <= place && place < _entries.Count ? _entries[(int)place] : null;
        }
    }

    /// <summary>True if the log has this position, and with it, by log matching, everything before it.</summary>
    public bool Holds(LogPosition position)
    {
        if (position.Index <= Base.Index) return position.Index < Base.Index || position == Base;
        return this[position.Index]?.Position == position;
    }

    public void Apply(in DurableRecord record)
    {
        switch (record.Kind)
        {
            case DurableRecordKind.Append:
                if (record.Entry!.Index != Last.Index.Next) throw new SafetyViolationException($"the log has a gap before {record.Entry}");
                _entries.Add(record.Entry);
                break;
            case DurableRecordKind.Truncate:
                var place = (int)(record.From - Base.Index - 1);
                _entries.RemoveRange(place, _entries.Count - place);
                break;
            case DurableRecordKind.Promise:
                if (record.Promised <= Promised)
                    throw new SafetyViolationException($"I2: promised went from {Promised} to {record.Promised}");
                Promised = record.Promised;
                break;
            case DurableRecordKind.Identity:
                (Mode, Cluster) = (record.Mode, record.ClusterId);
                break;
            case DurableRecordKind.Restart:
                _entries.Clear();
                Base = record.Base;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(record));
        }
    }

    /// <summary>True if a start that found this would go on where this mirror stands.</summary>
    public bool IsSameAs(RecoveredReplica recovered)
    {
        if (recovered.Promised != Promised || recovered.Mode != Mode || recovered.ClusterId != Cluster) return false;
        var last = recovered.Entries.Count > 0 ? recovered.Entries[^1].Position : recovered.Snapshot;
        if (last != Last) return false;
        return recovered.Entries.All(entry => entry.Index <= Base.Index || this[entry.Index]?.Position == entry.Position);
    }
}
