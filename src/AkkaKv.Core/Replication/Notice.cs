namespace AkkaKv.Core.Replication;

/// <summary>What an operator may want to know. Nothing depends on it.</summary>
public abstract record Notice
{
    /// <summary>Another server has another configuration, or belongs to another cluster; the two ignore each other (rule R17).</summary>
    public sealed record ConfigurationRefused(
        ReplicaId Other, ClusterId OurCluster, ClusterId TheirCluster, ulong OurConfiguration, ulong TheirConfiguration) : Notice;

    /// <summary>This server's store came to life as part of a new cluster (rule R15).</summary>
    public sealed record ClusterFounded(ClusterId Cluster) : Notice;

    /// <summary>This server's blank store was filled and votes again (rule R12).</summary>
    public sealed record StoreSeeded(LogPosition Position) : Notice;

    /// <summary>This server follows another epoch.</summary>
    public sealed record EpochPromised(Epoch Epoch) : Notice;

    /// <summary>This server's log lost entries that were never committed.</summary>
    public sealed record LogTruncated(LogIndex From, LogIndex Last) : Notice;

    /// <summary>A snapshot from another server replaced the state.</summary>
    public sealed record SnapshotInstalled(LogPosition Position) : Notice;

    /// <summary>The leader asks for promises.</summary>
    public sealed record TakeoverStarted(Epoch Epoch) : Notice;

    /// <summary>The leader has its majority and accepts writes.</summary>
    public sealed record Leading(Epoch Epoch, LogPosition Adopted) : Notice;

    /// <summary>The leader's first entry is committed: everything older is too.</summary>
    public sealed record BarrierCommitted(Epoch Epoch, LogIndex Barrier) : Notice;

    /// <summary>Another leader has taken over, or tried to.</summary>
    public sealed record Deposed(Epoch Epoch, Epoch By) : Notice;

    /// <summary>The leader cannot lead because the store beside it is blank and the cluster is not new.</summary>
    public sealed record OwnStoreBlank(StoreId Store) : Notice;

    /// <summary>The leader begins a new epoch so that a blank store can be filled (rule R12).</summary>
    public sealed record RejoinStarted(ReplicaId Replica, StoreId Store) : Notice;

    /// <summary>A promise came from a store that is not the one that the cluster knows for this slot (hole H33).</summary>
    public sealed record StoreRejected(ReplicaId Replica, StoreId Store, StoreId Known) : Notice;

    /// <summary>A replica kept writes waiting and lost its lease for a while (rule R10).</summary>
    public sealed record HolderSuspended(ReplicaId Replica, TimeSpan ReadmitAfter) : Notice;

    /// <summary>It may have a lease again.</summary>
    public sealed record HolderReadmitted(ReplicaId Replica) : Notice;

    /// <summary>A replica needs a snapshot.</summary>
    public sealed record SnapshotOrdered(ReplicaId Replica, ReplicaId Source) : Notice;

    /// <summary>The leader lost touch with its own replica, or with a majority, and leads no more (rule R13).</summary>
    public sealed record LeaderLonely(Epoch Epoch) : Notice;

    /// <summary>Bytes that no server of this version would send; they were ignored.</summary>
    public sealed record BadRequests(ReplicaId From, int Length) : Notice;
}
