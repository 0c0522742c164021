namespace AkkaKv.Core.Replication;

/// <summary>What a <see cref="DurableRecord"/> says.</summary>
public enum DurableRecordKind : byte
{
    /// <summary>The log is one entry longer.</summary>
    Append = 1,

    /// <summary>The log ends before <see cref="DurableRecord.From"/>; what stood there and later never happened.</summary>
    Truncate,

    /// <summary>No leader older than <see cref="DurableRecord.Promised"/> may write here any more.</summary>
    Promise,

    /// <summary>
    /// The store now belongs to a cluster: nominated for it while blank (the first half of genesis), or as a voter.
    /// </summary>
    Identity,

    /// <summary>The log is empty and stands at <see cref="DurableRecord.Base"/>, where an installed snapshot ends.</summary>
    Restart,
}

/// <summary>
/// One thing for the disk to remember. Storage writes records in the order given, all into one log, and reports a ticket when
/// it and everything before it is durable. Recovery gives back what the records say up to the last one that is whole:
/// a prefix, never a selection.
/// </summary>
public readonly record struct DurableRecord
{
    public required DurableRecordKind Kind { get; init; }

    /// <summary>Grows from record to record, by one, from 1, within one run of the replica.</summary>
    public required long Ticket { get; init; }

    /// <summary>Append: the entry; its index is one more than the last one's.</summary>
    public Entry? Entry { get; init; }

    /// <summary>Truncate: the first index that goes.</summary>
    public LogIndex From { get; init; }

    /// <summary>Promise: the epoch, later than all before it.</summary>
    public Epoch Promised { get; init; }

    /// <summary>Identity: whether the store votes from now on.</summary>
    public StoreMode Mode { get; init; }

    /// <summary>Identity: the cluster it belongs to.</summary>
    public ClusterId ClusterId { get; init; }

    /// <summary>Restart: the last position that the snapshot covers; the next entry has the index after it.</summary>
    public LogPosition Base { get; init; }
}
