using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <summary>
/// What a store says after a start: everything a replica needs to go on (rule R11). Leases and the commit index are not
/// durable on purpose: they are learned again.
/// </summary>
/// <remarks>
/// The entries continue the snapshot in <em>one</em> log. When a snapshot is newer than the log's own base, recovery may keep the
/// entries behind it only if the log holds the snapshot's last position itself, epoch included; otherwise those entries
/// are of another history and the log starts empty after the snapshot.
/// </remarks>
public sealed record RecoveredReplica
{
    /// <summary>Blank for a new store, and for one whose content could not be trusted and was set aside (rule R12).</summary>
    public required StoreMode Mode { get; init; }

    public required StoreId StoreId { get; init; }

    /// <summary>
    /// Counts the starts of this store: storage makes it durable before it hands out the store, so that it is greater than in
    /// every earlier run. From 1. Grants of leases and acknowledgements that are not durable carry it.
    /// </summary>
    public required long Incarnation { get; init; }

    /// <summary><see cref="ClusterId.None"/> before genesis; a blank store may be nominated for a cluster already.</summary>
    public required ClusterId ClusterId { get; init; }

    public required Epoch Promised { get; init; }

    /// <summary>The map as the snapshot has it; empty without one.</summary>
    public required KeyValueState State { get; init; }

    /// <summary>The last position that <see cref="State"/> covers; <see cref="LogPosition.Start"/> without a snapshot.</summary>
    public required LogPosition Snapshot { get; init; }

    /// <summary>The entries after the snapshot, dense.</summary>
    public required IReadOnlyList<Entry> Entries { get; init; }
}
