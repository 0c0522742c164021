namespace AkkaKv.Core;

/// <summary>
/// The bounds of the core, together so that they can be compared. Sizes of keys and values are settings with these as
/// defaults and ceilings; everything here holds for bytes that peers send as well.
/// </summary>
public static class Limits
{
    /// <summary>Servers of one cluster: 3, 5 or 7; 1 for a lone server.</summary>
    public const int ReplicasMax = 7;

    /// <summary>Longest key, in bytes, unless the settings say less.</summary>
    public const int KeyBytesMax = 64 * 1024;

    /// <summary>Longest value, in bytes, unless the settings say otherwise.</summary>
    public const int ValueBytesDefault = 8 * 1024 * 1024;

    /// <summary>Longest value that can be configured.</summary>
    public const int ValueBytesMax = 64 * 1024 * 1024;

    /// <summary>Payload to which an open entry grows from several requests. One larger request may travel alone.</summary>
    public const int EntryBytesTarget = 1024 * 1024;

    /// <summary>The largest payload any entry may have: one command with the largest key and value, and room for its frame.</summary>
    public const int EntryBytesMax = ValueBytesMax + KeyBytesMax + (1024 * 1024);

    /// <summary>Write commands of one request: what one read from a pipelining client can bring.</summary>
    public const int CommandsPerRequestMax = 64 * 1024;

    /// <summary>Bytes of entries that one message carries, unless a single entry is larger.</summary>
    public const int MessageBytesTarget = 1024 * 1024;

    /// <summary>Bytes of one piece of a snapshot on its way to another replica: small, so that heartbeats get between.</summary>
    public const int SnapshotChunkBytes = 64 * 1024;

    /// <summary>Pieces of a snapshot that may be under way before one is acknowledged: 1 MiB.</summary>
    public const int SnapshotChunksInFlightMax = 16;

    /// <summary>
    /// Bytes of entries under way to one replica before one is acknowledged; a larger message travels alone. More would keep
    /// heartbeats, which share the way, waiting for longer than a lease lasts.
    /// </summary>
    public const int EntryBytesInFlightMax = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes of requests under way to the leader from one server before one is answered; a larger request travels alone. The rest
    /// waits where it arrived.
    /// </summary>
    public const int ForwardedBytesInFlightMax = 4 * 1024 * 1024;

    /// <summary>
    /// The least that network and disk are taken to carry, in bytes a second: for so much longer is an answer waited for before
    /// something large is sent again.
    /// </summary>
    public const int SlowestBytesPerSecond = 16 * 1024 * 1024;

    /// <summary>Recent entries that stay in memory for followers that are a little behind; older ones are read from disk.</summary>
    public const int LogTailBytes = 32 * 1024 * 1024;

    /// <summary>Bytes of client requests waiting in one server before it answers Busy, unless a single one is larger.</summary>
    public const int PendingRequestBytesMax = 64 * 1024 * 1024;

    /// <summary>Client requests waiting in one server before it answers Busy: several for each of 10,000 clients.</summary>
    public const int PendingRequestsMax = 64 * 1024;

    /// <summary>Reads waiting in one server before it answers Busy.</summary>
    public const int PendingReadsMax = 64 * 1024;

    /// <summary>Bytes of forwarded requests a leader holds that are not in an entry yet, before it refuses more.</summary>
    public const int LeaderQueueBytesMax = 128 * 1024 * 1024;

    /// <summary>Expired keys that one round proposes to remove: bounds the entry, not the rate.</summary>
    public const int ExpiriesPerRound = 256;
}
