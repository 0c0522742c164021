using System.Collections.Immutable;
using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <summary>
/// Everything that replicas and leaders say to each other. Any message may be lost, repeated, delayed and overtaken by any other:
/// each means the same whenever it arrives, and those of an epoch that is over are ignored.
/// </summary>
/// <param name="Epoch">The reign it belongs to. An answer carries the epoch of what it answers.</param>
public abstract record Message(Epoch Epoch)
{
    // ---- A leader to replicas: how an epoch begins --------------------------------------------------------------------

    /// <summary>Are you blank? Asked by a leader whose own store is blank; it changes nothing (rule R15).</summary>
    public sealed record Inspect(Epoch Epoch, ClusterId Cluster, ulong Configuration) : Message(Epoch);

    /// <summary>
    /// Write down that you, still blank, belong to this new cluster: the first half of genesis (rule R15). It names the store it is for:
    /// a repeated one must not touch a store that took its place.
    /// </summary>
    public sealed record Nominate(Epoch Epoch, StoreId Store, ClusterId Cluster) : Message(Epoch);

    /// <summary>All servers were nominated for this cluster: vote from now on (rule R15).</summary>
    /// <param name="Epoch">The reign that founds it.</param>
    /// <param name="Store">The store it is for.</param>
    /// <param name="Cluster">The cluster.</param>
    /// <param name="Proven">
    /// A voter of this cluster exists already, so no other cluster can come about any more; without it the store must still be
    /// nominated for this one.
    /// </param>
    public sealed record Found(Epoch Epoch, StoreId Store, ClusterId Cluster, bool Proven) : Message(Epoch);

    /// <summary>Promise to take no order from leaders older than this epoch (rule R1).</summary>
    public sealed record Prepare(Epoch Epoch, ClusterId Cluster, ulong Configuration) : Message(Epoch);

    /// <summary>Your store was replaced by another one: this one, put back, counts for nothing any more (rule R12, hole H33).</summary>
    /// <param name="Epoch">The reign that knows.</param>
    /// <param name="Store">The store that promised.</param>
    /// <param name="Known">The store of this slot, as a committed entry says.</param>
    public sealed record Replaced(Epoch Epoch, StoreId Store, StoreId Known) : Message(Epoch);

    // ---- A leader to replicas: replication ----------------------------------------------------------------------------

    /// <summary>Append these after <paramref name="Previous"/>, and commit up to <paramref name="Commit"/> (rule R4).</summary>
    public sealed record Replicate(Epoch Epoch, LogPosition Previous, ImmutableArray<Entry> Entries, LogIndex Commit) : Message(Epoch);

    /// <summary>Everything up to here is committed.</summary>
    public sealed record Advance(Epoch Epoch, LogIndex Commit) : Message(Epoch);

    /// <summary>I lead; this lease is yours, if you still know the heartbeat it names (rule R6).</summary>
    /// <param name="Sequence">Grows by one from heartbeat to heartbeat of an epoch, from 1.</param>
    /// <param name="Commit">Everything up to here is committed.</param>
    /// <param name="Grant">A lease, counted from when the replica saw the named heartbeat; default for none.</param>
    /// <param name="Cluster">The cluster (rule R17).</param>
    /// <param name="Configuration">What all servers agree on (rule R17).</param>
    /// <param name="DiskFull">The disks of a majority have no room: new writes would not commit.</param>
    /// <param name="Peers">What the leader knows of the replicas, for those who look at the cluster.</param>
    public sealed record Heartbeat(
        Epoch Epoch, ulong Sequence, LogIndex Commit, LeaseGrant Grant, ClusterId Cluster, ulong Configuration, bool DiskFull,
        ImmutableArray<PeerStatus> Peers) : Message(Epoch);

    /// <summary>Give up your lease and forget the heartbeats you saw, then say so (rule R10).</summary>
    public sealed record Revoke(Epoch Epoch, long Revocation) : Message(Epoch);

    /// <summary>I lead no more: give up your lease and take no other from me (rule R16).</summary>
    public sealed record StandDown(Epoch Epoch) : Message(Epoch);

    /// <summary>Give me entries, for a replica that lacks them.</summary>
    /// <param name="Epoch">The reign.</param>
    /// <param name="For">The replica.</param>
    /// <param name="After">The last entry that it has.</param>
    /// <param name="UpTo">The last one that is known to be the same in my log: what comes after it in yours may be of the past.</param>
    /// <param name="BytesMax">How many bytes of entries at most, unless a single one is larger.</param>
    public sealed record Fetch(Epoch Epoch, ReplicaId For, LogIndex After, LogIndex UpTo, int BytesMax) : Message(Epoch);

    /// <summary>Send a snapshot to a replica whose log ends before yours begins, or that is blank.</summary>
    /// <param name="Epoch">The reign.</param>
    /// <param name="To">The replica that needs it.</param>
    /// <param name="Transfer">Names the transfer within the epoch.</param>
    /// <param name="Seed">The blank store that becomes a voter by it (rule R12); none when the receiver is a voter.</param>
    public sealed record SendSnapshot(Epoch Epoch, ReplicaId To, long Transfer, StoreId Seed) : Message(Epoch);

    /// <summary>When <paramref name="Id"/> arrived, nothing after this index was visible anywhere (rule R8).</summary>
    public sealed record ReadIndexed(Epoch Epoch, long Id, LogIndex Index) : Message(Epoch);

    // ---- A replica to a leader ----------------------------------------------------------------------------------------

    /// <summary>What my store is.</summary>
    /// <param name="Epoch">The reign that asked.</param>
    /// <param name="Mode">Whether it votes.</param>
    /// <param name="Store">The store.</param>
    /// <param name="Cluster">Its cluster; while blank, its nomination.</param>
    /// <param name="HearsLeader">A leader of another epoch sent heartbeats within the length of a lease.</param>
    public sealed record Inspected(Epoch Epoch, StoreMode Mode, StoreId Store, ClusterId Cluster, bool HearsLeader) : Message(Epoch);

    /// <summary>My disk says that I am nominated for the cluster.</summary>
    public sealed record Nominated(Epoch Epoch, StoreId Store, ClusterId Cluster) : Message(Epoch);

    /// <summary>My disk says that I vote in the cluster.</summary>
    public sealed record Founded(Epoch Epoch, StoreId Store, ClusterId Cluster) : Message(Epoch);

    /// <summary>My disk says that I take no order from older leaders, and this is where my log ends (rule R1).</summary>
    /// <param name="Epoch">The epoch promised.</param>
    /// <param name="Store">The store that promises.</param>
    /// <param name="Last">The end of its log: epoch of the last entry, index.</param>
    /// <param name="LastStamp">The stamp of that entry: the next one has no smaller one.</param>
    /// <param name="SinceAck">Time since it last acknowledged any heartbeat, or since it started.</param>
    /// <param name="Stores">The stores of all slots, as the newest barrier in its log says.</param>
    public sealed record Promised(
        Epoch Epoch, StoreId Store, LogPosition Last, long LastStamp, TimeSpan SinceAck, StoreRegistry Stores) : Message(Epoch);

    /// <summary>I promised a later epoch.</summary>
    public sealed record Refused(Epoch Epoch, Epoch Later) : Message(Epoch);

    /// <summary>My store is blank: I promise and acknowledge nothing (rule R12).</summary>
    public sealed record Blank(Epoch Epoch, StoreId Store, ClusterId Nomination) : Message(Epoch);

    /// <summary>We do not agree who the servers are, or which cluster this is (rule R17).</summary>
    public sealed record Misconfigured(Epoch Epoch, ClusterId Cluster, ulong Configuration) : Message(Epoch);

    /// <summary>My log agrees with yours this far.</summary>
    /// <param name="Epoch">The reign.</param>
    /// <param name="Match">Durably.</param>
    /// <param name="Received">In memory; not less than <paramref name="Match"/>.</param>
    /// <param name="Incarnation">The run of the replica that has it in memory.</param>
    public sealed record Acknowledged(Epoch Epoch, LogIndex Match, LogIndex Received, long Incarnation) : Message(Epoch);

    /// <summary>My log has no such entry at <paramref name="Previous"/>; try after <paramref name="Hint"/>, which is before it.</summary>
    public sealed record Diverged(Epoch Epoch, LogIndex Previous, LogIndex Hint) : Message(Epoch);

    /// <summary>I saw the heartbeat (rule R6).</summary>
    /// <param name="Epoch">The reign.</param>
    /// <param name="Sequence">Of the heartbeat.</param>
    /// <param name="Match">As in <see cref="Acknowledged"/>.</param>
    /// <param name="Received">As in <see cref="Acknowledged"/>.</param>
    /// <param name="Incarnation">The run of the replica that saw it.</param>
    /// <param name="DiskFull">My disk has no room for entries.</param>
    public sealed record HeartbeatAcknowledged(
        Epoch Epoch, ulong Sequence, LogIndex Match, LogIndex Received, long Incarnation, bool DiskFull) : Message(Epoch);

    /// <summary>I hold no lease of yours (rule R10).</summary>
    public sealed record Revoked(Epoch Epoch, long Revocation) : Message(Epoch);

    /// <summary>I stop, and gave up my lease (rule R16).</summary>
    public sealed record Leave(Epoch Epoch, long Incarnation) : Message(Epoch);

    /// <summary>The entries after <paramref name="Previous"/>, for a replica that lacks them.</summary>
    public sealed record Fetched(Epoch Epoch, ReplicaId For, LogPosition Previous, ImmutableArray<Entry> Entries) : Message(Epoch);

    /// <summary>My log begins later than that: a snapshot is needed.</summary>
    public sealed record FetchMissed(Epoch Epoch, ReplicaId For, LogIndex After) : Message(Epoch);

    /// <summary>Requests of clients (rule R9).</summary>
    /// <param name="Epoch">The reign.</param>
    /// <param name="Requests">In the layout of <c>RequestCodec</c>.</param>
    /// <param name="Again">Put them into the log even if they are there: their origin missed the outcome and wants it told again.</param>
    public sealed record Forward(Epoch Epoch, ReadOnlyMemory<byte> Requests, bool Again) : Message(Epoch);

    /// <summary>Which index covers everything that is visible now? (rule R8)</summary>
    /// <param name="Epoch">The reign.</param>
    /// <param name="Id">Of no other question of this server, in this run or an earlier one.</param>
    public sealed record ReadIndex(Epoch Epoch, long Id) : Message(Epoch);

    /// <summary>A read waits: what is committed?</summary>
    public sealed record AskCommit(Epoch Epoch) : Message(Epoch);

    // ---- A replica to a replica ---------------------------------------------------------------------------------------

    /// <summary>A piece of a snapshot.</summary>
    /// <param name="Epoch">The reign in which it is sent.</param>
    /// <param name="Transfer">The transfer.</param>
    /// <param name="Position">The last position that the snapshot covers.</param>
    /// <param name="Length">Bytes of the whole snapshot.</param>
    /// <param name="Offset">Where this piece begins.</param>
    /// <param name="Bytes">The piece.</param>
    /// <param name="Seed">The blank store that becomes a voter by it; none when the receiver is a voter.</param>
    /// <param name="Cluster">The cluster.</param>
    public sealed record SnapshotChunk(
        Epoch Epoch, long Transfer, LogPosition Position, long Length, long Offset, ReadOnlyMemory<byte> Bytes, StoreId Seed,
        ClusterId Cluster) : Message(Epoch);

    /// <summary>I have the first <paramref name="Offset"/> bytes; when <paramref name="Done"/> I need no more of it.</summary>
    public sealed record SnapshotAcknowledged(Epoch Epoch, long Transfer, long Offset, bool Done) : Message(Epoch);
}

/// <summary>A lease, named by what the holder itself saw (rule R6).</summary>
/// <param name="Sequence">The heartbeat at whose arrival the lease began; 0 for no lease.</param>
/// <param name="Incarnation">
/// The run of the replica that acknowledged that heartbeat. Without it, a repeated heartbeat after a restart, followed by the
/// delayed grant, would give a lease that the leader has long stopped counting.
/// </param>
public readonly record struct LeaseGrant(ulong Sequence, long Incarnation);
