using System.Buffers.Binary;
using System.Text;

namespace AkkaKv.Core.Replication;

/// <summary>How reads become linearizable.</summary>
public enum ReadMode : byte
{
    /// <summary>From local memory while a lease lasts (rule R7), otherwise by asking the leader (rule R8).</summary>
    Lease = 1,

    /// <summary>Always by asking the leader: for those who trust no clock. No lease is ever granted.</summary>
    ReadIndex,
}

/// <summary>What every replica and leader of one cluster agrees on, and a few figures that only make it faster or slower.</summary>
public sealed record ReplicationSettings
{
    /// <summary>The replica of this server.</summary>
    public required ReplicaId Self { get; init; }

    /// <summary>N, the configured servers.</summary>
    public required int ReplicaCount { get; init; }

    /// <summary>See <see cref="HashConfiguration"/>: servers that disagree about it refuse each other (rule R17).</summary>
    public required ulong Configuration { get; init; }

    /// <summary>D: how long a lease lasts on its holder's clock. Not below six heartbeats.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// W: how long a leader waits for a lease to end on its own clock. 1.25 of the lease covers two clocks that differ from real
    /// time by 10 % each.
    /// </summary>
    public TimeSpan LeaseWait => Lease * 1.25;

    /// <summary>h: the time between heartbeats.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    public ReadMode Reads { get; init; } = ReadMode.Lease;

    /// <summary>
    /// Option R: a lease holder needs an entry in memory, not on its disk, before the entry commits; a majority of disks is needed as
    /// ever. One slow disk then no longer delays writes.
    /// </summary>
    public bool CountReceived { get; init; }

    /// <summary>How long a client waits for the cluster before it is told what is known.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A message without an answer is repeated after this.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A takeover without a majority of promises starts over in a new round after this, and up to half of it more.</summary>
    public TimeSpan TakeoverTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A lease holder that keeps a write waiting for this long, and as much longer as the bytes that it lacks may take, loses its lease
    /// (rule R10).
    /// </summary>
    public TimeSpan SlowHolder { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>A slow holder gets a lease again after it kept up for this long; it doubles with every offence.</summary>
    public TimeSpan ReadmitAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where that doubling ends.</summary>
    public TimeSpan ReadmitAfterMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A read that waits for a commit asks the leader for it after this (hole H29).</summary>
    public TimeSpan ParkedReadPatience { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>A leader that heard nothing from its own replica, or from no majority, for this long stops leading (rule R13).</summary>
    public TimeSpan LeaderSilence { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Entries that may be uncommitted before the open one waits and grows.</summary>
    public int EntriesInFlightMax { get; init; } = 3;

    /// <summary>
    /// Bytes of waiting requests that are worth an entry of their own while others are uncommitted. Fewer wait and grow: every entry
    /// costs each server a sync and some twenty thread changes, whatever is in it, and three small ones at a time took what
    /// processor there was from everybody else (at half load a GET took 3 ms instead of 0.9, on two cores for three servers).
    /// </summary>
    public int OverlapBytes { get; init; } = 64 * 1024;

    /// <summary>Recent entries that stay in memory for followers that are a little behind; older ones are read from disk.</summary>
    public int LogTailBytes { get; init; } = Limits.LogTailBytes;

    /// <summary>Bytes of entries that one message carries, unless a single entry is larger.</summary>
    public int MessageBytes { get; init; } = Limits.MessageBytesTarget;

    /// <summary>Bytes of one piece of a snapshot on its way to another replica.</summary>
    public int SnapshotChunkBytes { get; init; } = Limits.SnapshotChunkBytes;

    /// <summary>
    /// How long so many bytes take on the slowest network and disk that anything is planned for, in whole milliseconds: nothing for
    /// what is small.
    /// </summary>
    public static TimeSpan SlowestTransfer(long bytes) => TimeSpan.FromMilliseconds(bytes * 1000 / Limits.SlowestBytesPerSecond);

    /// <summary>How long an answer to so many bytes is waited for before they are sent again.</summary>
    /// <param name="bytes">What is under way.</param>
    /// <param name="retries">How often it was sent again: it may merely take long, and repetitions would make it take longer.</param>
    public TimeSpan RetryAfter(long bytes, int retries) => RetryInterval + (SlowestTransfer(bytes) * (1 << Math.Min(retries, 3)));

    /// <summary>
    /// What comes after an index of a log is more than is ever under way in normal operation: more entries than are uncommitted at a time
    /// and more bytes than one message carries.
    /// </summary>
    internal bool IsFarBehind(ReplicaLog log, LogIndex after) =>
        log.Last.Index - after > 8 * EntriesInFlightMax && log.BytesAfter(after) > MessageBytes;

    /// <summary>How many bytes of entries go at once to whom they are new: never none.</summary>
    internal int BytesAtOnce(CatchUpPace pace) => pace.IsUnderWay ? Math.Max(1, MessageBytes / pace.Share) : MessageBytes;

    /// <summary>The majority of the configured servers.</summary>
    public int Majority => Quorum.Size(ReplicaCount);

    /// <summary>Every replica in the order of slots.</summary>
    public IEnumerable<ReplicaId> Replicas => Enumerable.Range(0, ReplicaCount).Select(static slot => new ReplicaId((byte)slot));

    /// <summary>
    /// The hash of what all servers must agree on: their addresses in order, the lease and how long it is waited for, what an
    /// acknowledgement of a lease holder means, and the versions of formats.
    /// </summary>
    /// <param name="servers">The configured servers, in the order of slots, as <c>host:port</c>.</param>
    /// <param name="lease">D; W follows from it.</param>
    /// <param name="countReceived">Option R.</param>
    /// <param name="formatVersion">Counts the versions of the wire and of the log.</param>
    public static ulong HashConfiguration(IReadOnlyList<string> servers, TimeSpan lease, bool countReceived, int formatVersion)
    {
        var text = $"{formatVersion}|{lease.Ticks}|{string.Join('|', servers)}{(countReceived ? "|received" : "")}";
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        var high = Crc32C.Append(Crc32C.Compute(length), bytes);
        return ((ulong)high << 32) | Crc32C.Append(high, bytes);
    }
}
