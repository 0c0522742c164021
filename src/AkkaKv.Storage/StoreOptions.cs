using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>How a store is laid out, and whose it is.</summary>
public sealed record StoreOptions
{
    /// <summary>The server that the directory must belong to.</summary>
    public required ReplicaId Server { get; init; }

    /// <summary>The name of the store if it has to be created: random, and never used before.</summary>
    public required StoreId NewStoreId { get; init; }

    /// <summary>
    /// Null: damaged data is refused. Otherwise damaged files are moved into the folder of this name, never deleted, and the
    /// store starts blank (rule R12).
    /// </summary>
    public string? DiscardDamagedInto { get; init; }

    /// <summary>Length of a segment of the log. It must hold the largest entry, its head and the reserve.</summary>
    public int SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Room at the end of each segment that only small records use: two thousand promises on a full disk.</summary>
    public int ReserveBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Makes segments ahead on a thread of its own, and these as well as snapshots at a pace. Off where everything must happen on the
    /// caller's thread and at once.
    /// </summary>
    public bool PrepareInBackground { get; init; } = true;

    /// <summary>The largest entry, in its encoded form, that a segment can hold.</summary>
    public int EntryBytesMax =>
        SegmentBytes - ReserveBytes - (2 * LogFormat.BlockBytes) - LogFormat.BatchHeaderBytes - LogFormat.RecordHeaderBytes - LogHead.Bytes;
}
