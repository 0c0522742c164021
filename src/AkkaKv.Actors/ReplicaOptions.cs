using System.Collections.Immutable;
using Akka.Actor;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Actors;

/// <summary>What the actors of one server are told once.</summary>
public sealed record ReplicaOptions
{
    /// <summary>What the servers agree on, and which of them this is.</summary>
    public required ReplicationSettings Replication { get; init; }

    /// <summary>The cluster addresses of all servers, in the order of slots.</summary>
    public required ImmutableArray<Address> Servers { get; init; }

    /// <summary>What this server remembers. It belongs to whoever began to open it, and is disposed of after the actors.</summary>
    public required StoreOpening Store { get; init; }

    /// <summary>Bytes of entries after which a snapshot is due, unless the last snapshot was larger.</summary>
    public required long SnapshotAfter { get; init; }

    /// <summary>This machine's clocks.</summary>
    public required IClock Clock { get; init; }

    /// <summary>What sessions and the status page hold of the replica; kept across restarts of the actors.</summary>
    public required ReplicaView View { get; init; }

    /// <summary>
    /// Called when this server must not go on: its data is damaged, its disk failed, an invariant broke (rule R13). It ends the
    /// process; the actors only stop.
    /// </summary>
    public required Action<Exception> OnFatal { get; init; }

    /// <summary>
    /// Called when the leader runs beside a blank store and so cannot lead: this server lets another one have the singleton, by
    /// leaving the cluster and joining it again as its youngest member.
    /// </summary>
    public required Action OnLeaderBlocked { get; init; }
}
