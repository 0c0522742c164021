namespace AkkaKv.Core.Replication;

/// <summary>Which of the two parts of a server a message is for.</summary>
public enum Part : byte
{
    Replica = 1,
    Leader,
}

/// <summary>A message and where it goes.</summary>
/// <param name="To">The server.</param>
/// <param name="Part">The part of it; a leader that is not there any more need not be told.</param>
/// <param name="Message">The message. Several of the same step may carry the same object: encode it once.</param>
public readonly record struct Outgoing(ReplicaId To, Part Part, Message Message);

/// <summary>
/// What a replica asks of its host after a step. The host takes everything, then calls <see cref="Clear"/>. Nothing in
/// <see cref="Send"/> waits for <see cref="Persist"/>: a message that promises what the disk holds is kept back inside until
/// <see cref="Replica.OnPersisted"/>, so host and disk may work side by side.
/// </summary>
public sealed class Ready
{
    /// <summary>For the disk, in this order, behind everything handed over before.</summary>
    public List<DurableRecord> Persist { get; } = [];

    /// <summary>For the network, in this order.</summary>
    public List<Outgoing> Send { get; } = [];

    /// <summary>Slow work: each is answered later by the method its type names.</summary>
    public List<Effect> Effects { get; } = [];

    /// <summary>For people: the host logs them.</summary>
    public List<Notice> Notices { get; } = [];

    public bool IsEmpty => Persist.Count == 0 && Send.Count == 0 && Effects.Count == 0 && Notices.Count == 0;

    /// <summary>Forgets everything: the host has taken it.</summary>
    public void Clear()
    {
        Persist.Clear();
        Send.Clear();
        Effects.Clear();
        Notices.Clear();
    }

    internal void ToReplica(ReplicaId to, Message message) => Send.Add(new Outgoing(to, Part.Replica, message));

    internal void ToLeader(ReplicaId to, Message message) => Send.Add(new Outgoing(to, Part.Leader, message));
}

/// <summary>Slow work that a replica asks of its host.</summary>
public abstract record Effect
{
    /// <summary>
    /// Read entries after an index from disk, as many as fit in so many bytes but one at least. Answer:
    /// <see cref="Replica.OnLogRead"/>.
    /// </summary>
    public sealed record ReadLog(long Ticket, LogIndex After, int BytesMax) : Effect;

    /// <summary>
    /// Open a snapshot that covers at least this index, taking one if there is none. Answer: <see cref="Replica.OnSnapshotOpened"/>.
    /// It stays readable until <see cref="CloseSnapshot"/>.
    /// </summary>
    public sealed record OpenSnapshot(SnapshotTransfer Transfer, LogIndex AtLeast) : Effect;

    /// <summary>Read a piece of an open snapshot. Answer: <see cref="Replica.OnSnapshotRead"/>.</summary>
    public sealed record ReadSnapshot(SnapshotTransfer Transfer, long Offset, int Length) : Effect;

    /// <summary>The open snapshot is not needed any more. No answer.</summary>
    public sealed record CloseSnapshot(SnapshotTransfer Transfer) : Effect;

    /// <summary>
    /// Write a piece of an arriving snapshot to a file aside; offset 0 begins it anew. No fsync is needed yet. Answer:
    /// <see cref="Replica.OnSnapshotWritten"/>.
    /// </summary>
    public sealed record WriteSnapshot(
        SnapshotTransfer Transfer, ClusterId Cluster, LogPosition Position, long Offset, ReadOnlyMemory<byte> Bytes) : Effect;

    /// <summary>
    /// The file is complete: verify it, make it durable as a snapshot of this store, and load it. Nothing else changes yet; the log is
    /// restarted by the record that follows the answer, <see cref="Replica.OnSnapshotInstalled"/>.
    /// </summary>
    public sealed record InstallSnapshot(SnapshotTransfer Transfer, LogPosition Position) : Effect;
}

/// <summary>Names one snapshot on its way: the reign that ordered it, its number there, and the other replica.</summary>
public readonly record struct SnapshotTransfer(Epoch Epoch, long Number, ReplicaId Peer);
