using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AkkaKv.Simulation.Model;

/// <summary>
/// One state of the whole cluster in a flat run of bytes: what the run as a whole has come to, then the replicas, then for each leader
/// instance its own block and one for each replica.
/// <para>
/// There is no bag of messages. Every message ever sent may arrive at any time, any number of times or never, so what can arrive is a
/// function of what was ever said: a leader's entries and commit (its block outlives it), the heartbeats and grants it sent, the
/// promises and acknowledgements made to it. Where knowing more, or sooner, never forbids a leader anything (acknowledged entries and
/// heartbeats), it knows at once: that allows every behaviour with a delay, and more. So a candidate is as old as its anchor, and the
/// leader may have one for each heartbeat. What a replica may apply follows from its log and its leader's commit; how far it has come
/// with that decides nothing, and is not in a state.
/// </para>
/// Times are ages or remainders in ticks and stop where they cease to matter, so that time itself needs no bound.
/// </summary>
internal readonly ref struct ModelState(Span<byte> bytes, int replicas)
{
    private readonly Span<byte> _bytes = bytes;

    public static int Size(Bounds bounds) =>
        Unsafe.SizeOf<RunBlock>() + (bounds.Replicas * Unsafe.SizeOf<ReplicaBlock>()) + (bounds.Epochs * LeaderSize(bounds.Replicas));

    public Span<byte> Bytes => _bytes;

    public ref RunBlock Run => ref MemoryMarshal.AsRef<RunBlock>(_bytes);

    public ref ReplicaBlock Replica(int replica) =>
        ref MemoryMarshal.AsRef<ReplicaBlock>(_bytes[(Unsafe.SizeOf<RunBlock>() + (replica * Unsafe.SizeOf<ReplicaBlock>()))..]);

    /// <summary>The leader instance of an epoch (1 and up).</summary>
    public ref LeaderBlock Leader(int epoch) => ref MemoryMarshal.AsRef<LeaderBlock>(_bytes[LeaderAt(epoch)..]);

    /// <summary>What is between the leader of an epoch and one replica.</summary>
    public ref PeerBlock Peer(int epoch, int replica) =>
        ref MemoryMarshal.AsRef<PeerBlock>(_bytes[PeerAt(epoch, replica)..]);

    private int PeerAt(int epoch, int replica) =>
        LeaderAt(epoch) + Unsafe.SizeOf<LeaderBlock>() + (replica * Unsafe.SizeOf<PeerBlock>());

    private int LeaderAt(int epoch) =>
        Unsafe.SizeOf<RunBlock>() + (replicas * Unsafe.SizeOf<ReplicaBlock>()) + ((epoch - 1) * LeaderSize(replicas));

    private static int LeaderSize(int replicas) => Unsafe.SizeOf<LeaderBlock>() + (replicas * Unsafe.SizeOf<PeerBlock>());
}

/// <summary>What was made visible to anyone, what was used up, and the one read that is under way.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct RunBlock
{
    /// <summary>Every entry that any leader ever committed.</summary>
    public uint Chosen;

    /// <summary>The newest epoch that committed something.</summary>
    public byte ChosenBy;

    public byte Writes;
    public byte Restarts;
    public byte Losses;
    public byte Revokes;
    public byte Reads;

    /// <summary>The epoch of the leader that was asked to read; 0 for none.</summary>
    public byte ReadEpoch;

    /// <summary>The newest heartbeat sent before that leader was asked.</summary>
    public byte ReadSequence;
}

/// <summary>A replica. Durable: the disk's log, the promise, whether it is blank. The rest a restart loses.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
internal struct ReplicaBlock
{
    public uint Log;
    public uint DurableLog;

    /// <summary>Four bits a heartbeat of the promised epoch: 0 not seen, its age + 1, or <see cref="OldAnchor"/>.</summary>
    public uint Anchors;

    public byte Promised;
    public byte Verified;
    public bool IsBlank;

    /// <summary>The epoch of the valid lease; 0 for none.</summary>
    public byte LeaseEpoch;

    public byte LeaseAge;

    /// <summary>Ticks since a heartbeat was acknowledged, or since the start; at most W.</summary>
    public byte HeartbeatAge;

    public const int OldAnchor = 15;

    public readonly int Anchor(int sequence) => (int)(Anchors >> (sequence * 4)) & 15;

    public void SetAnchor(int sequence, int value) => Anchors = (Anchors & ~(15u << (sequence * 4))) | ((uint)value << (sequence * 4));
}

/// <summary>How far a leader instance has come.</summary>
internal enum LeaderPhase : byte
{
    NotStarted,
    Preparing,
    Reigning,
    Dead,
}

/// <summary>A leader instance. Its log and commit stay when it dies: its messages may still be under way.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct LeaderBlock
{
    public uint Log;
    public LeaderPhase Phase;
    public byte Commit;

    /// <summary>The newest heartbeat sent.</summary>
    public byte Sequence;

    /// <summary>Ticks until it may commit.</summary>
    public byte NotBefore;

    /// <summary>One more than the blank slot that this epoch lets in again; 0 for none.</summary>
    public byte Admits;
}

/// <summary>What a leader knows of a replica, and what the two ever said to each other.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
internal struct PeerBlock
{
    /// <summary>The replica's log as it was when it promised; until the leader has adopted one.</summary>
    public uint PromiseLog;

    /// <summary>Its time since the last acknowledged heartbeat, aging under way: the leader takes receipt less what was told.</summary>
    public byte PromiseAge;

    /// <summary>The epoch that it had promised before.</summary>
    public byte PromisedBefore;

    public bool HasPromised;

    /// <summary>The entries acknowledged as durable.</summary>
    public byte Match;

    /// <summary>Option R: the entries that the leader believes received, and that this incarnation said it received.</summary>
    public byte Received;

    public byte ReceivedSaid;

    /// <summary>Option R: what the leader believes is of an earlier incarnation.</summary>
    public bool IsStale;

    /// <summary>The newest heartbeat acknowledged.</summary>
    public byte AckSequence;

    /// <summary>A bit for each candidate: a heartbeat acknowledged, and not granted yet.</summary>
    public byte Candidates;

    /// <summary>Four bits a candidate: the newest heartbeat sent when its acknowledgement came back.</summary>
    public uint SentBefore;

    /// <summary>A bit for each heartbeat for which a grant is under way.</summary>
    public byte Grants;

    /// <summary>Ticks for which a lease may be valid, as the leader counts.</summary>
    public byte Until;

    public RevokePhase Revoke;

    public readonly bool IsSuspended => Revoke is RevokePhase.Sent or RevokePhase.Answered or RevokePhase.Settled;

    public readonly bool IsCandidate(int sequence) => (Candidates >> sequence & 1) != 0;

    public readonly bool IsGranted(int sequence) => (Grants >> sequence & 1) != 0;

    public readonly int SentBeforeOf(int sequence) => (int)(SentBefore >> (sequence * 4)) & 15;

    public void AddCandidate(int sequence, int sent)
    {
        Candidates |= (byte)(1 << sequence);
        SentBefore = (SentBefore & ~(15u << (sequence * 4))) | ((uint)sent << (sequence * 4));
    }

    public void DropCandidate(int sequence)
    {
        Candidates &= (byte)~(1 << sequence);
        SentBefore &= ~(15u << (sequence * 4));
    }

    public void DropGrant(int sequence) => Grants &= (byte)~(1 << sequence);

    public void DropCandidates()
    {
        Candidates = 0;
        SentBefore = 0;
    }
}

/// <summary>R10, once for each leader and replica.</summary>
internal enum RevokePhase : byte
{
    None,
    Sent,
    Answered,
    Settled,
    Readmitted,
}
