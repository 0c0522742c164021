using System.Collections.Immutable;

namespace AkkaKv.Core;

/// <summary>Whether a replica's store may vote (rule R12).</summary>
public enum StoreMode : byte
{
    /// <summary>New, or lost: no promises, no acknowledgements, no lease, cannot lead until it was seeded.</summary>
    Blank = 1,

    /// <summary>Its promises and entries count.</summary>
    Voter,
}

/// <summary>What a replica is to its current epoch.</summary>
public enum ReplicaRole : byte
{
    /// <summary>No leader was heard from lately.</summary>
    Searching = 1,

    /// <summary>Another server leads.</summary>
    Follower,

    /// <summary>The leader of the epoch runs on this server.</summary>
    Leader,
}

/// <summary>One moment of a replica, for INFO, HTTP and metrics. Nothing is decided by it.</summary>
public sealed record ReplicaStatus
{
    /// <summary>When it was so.</summary>
    internal Instant AsOf { get; init; }

    public required ReplicaId Id { get; init; }

    public required ReplicaRole Role { get; init; }

    public required StoreMode Mode { get; init; }

    public required ClusterId ClusterId { get; init; }

    public required Epoch Epoch { get; init; }

    /// <summary>The replica beside the leader; null while none was heard from.</summary>
    public required ReplicaId? Leader { get; init; }

    /// <summary>Everything up to here is committed and applied.</summary>
    public required LogIndex Commit { get; init; }

    public required LogPosition Last { get; init; }

    /// <summary>Where the newest snapshot stands; older entries may be gone.</summary>
    public required LogIndex Snapshot { get; init; }

    /// <summary>This server may answer reads by itself now.</summary>
    public required bool LeaseValid { get; init; }

    /// <summary>
    /// Reads and writes are served: a leader whom a majority follows and who commits was heard from lately, and this replica has caught up
    /// with it.
    /// </summary>
    public required bool Ready { get; init; }

    public required int PendingRequests { get; init; }

    public required int ParkedReads { get; init; }

    /// <summary>What the leader last said of every replica, in the order of slots; empty while none was heard from.</summary>
    public required ImmutableArray<PeerStatus> Peers { get; init; }
}

/// <summary>What the leader knows of one replica.</summary>
/// <param name="Id">The replica.</param>
/// <param name="Match">Its disk agrees with the leader's log up to here.</param>
/// <param name="LeaseGranted">It holds, or may hold, a read lease.</param>
/// <param name="Reachable">It answered a heartbeat not longer ago than a lease lasts.</param>
public readonly record struct PeerStatus(ReplicaId Id, LogIndex Match, bool LeaseGranted, bool Reachable);
