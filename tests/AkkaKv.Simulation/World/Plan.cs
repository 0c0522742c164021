using AkkaKv.Core.Replication;

namespace AkkaKv.Simulation.World;

/// <summary>The faults a run may have.</summary>
[Flags]
internal enum Faults
{
    None = 0,
    Loss = 1,
    Repetition = 2,
    Delay = 4,
    Partition = 8,
    Pause = 16,
    Kill = 32,
    PowerLoss = 64,
    SlowDisk = 128,
    FailedSync = 256,
    FullDisk = 512,
    Rot = 1024,
    LostDisk = 2048,
    ManyLeaders = 4096,
    ClockRate = 8192,
    WallClock = 16384,
    CleanStop = 32768,
    Snapshots = 65536,
    All = (1 << 17) - 1,

    /// <summary>A server dies inside a start, a snapshot or the tidying after it.</summary>
    CrashInside = 1 << 17,

    /// <summary>An older copy of its files is put back under a server.</summary>
    OlderCopy = 1 << 18,

    /// <summary>Those that came later: they are drawn on their own, and <see cref="All"/> is all the others.</summary>
    OfFiles = CrashInside | OlderCopy,
}

/// <summary>
/// What a seed draws before its run begins. Each run has some of the faults and other figures (swarm testing, Groce and others 2012):
/// a run with everything at once seldom gets anywhere near the corners that one fault alone reaches.
/// </summary>
internal sealed record Plan
{
    private const int EntriesPerSnapshotToCrash = 20;
    private const int LogTailBytesToCrash = 1_000;

    public required int Servers { get; init; }

    public required Faults Faults { get; init; }

    /// <summary>Events of the part with faults.</summary>
    public required int Steps { get; init; }

    public required int ClientsPerServer { get; init; }

    public required int Keys { get; init; }

    public required double ThinkMilliseconds { get; init; }

    /// <summary>Share of operations that only read.</summary>
    public required double Reads { get; init; }

    /// <summary>Mean time between two things that go wrong.</summary>
    public required double MillisecondsBetweenFaults { get; init; }

    public required double DelayMilliseconds { get; init; }

    public required double SyncMilliseconds { get; init; }

    /// <summary>A replica takes a snapshot of itself after so many entries.</summary>
    public required int EntriesPerSnapshot { get; init; }

    /// <summary>The same, and often enough for what goes wrong with snapshots.</summary>
    public int EntriesUntilSnapshot =>
        Has(Faults.CrashInside) ? Math.Min(EntriesPerSnapshot, EntriesPerSnapshotToCrash) : EntriesPerSnapshot;

    public required int SegmentBytes { get; init; }

    public required int LogTailBytes { get; init; }

    /// <summary>The same, and so little that who falls behind is sent a snapshot, for what goes wrong with those.</summary>
    public int LogTailBytesKept => Has(Faults.CrashInside) ? Math.Min(LogTailBytes, LogTailBytesToCrash) : LogTailBytes;

    public required int MessageBytes { get; init; }

    public required int SnapshotChunkBytes { get; init; }

    /// <summary>None lets three entries be under way at all times, the product's figure hardly ever more than one.</summary>
    public required int OverlapBytes { get; init; }

    public required bool CountReceived { get; init; }

    public required ReadMode ReadMode { get; init; }

    /// <summary>A quiet world for a script.</summary>
    public static Plan Scripted(int servers) => new()
    {
        IsScripted = true,
        Servers = servers,
        Faults = Faults.None,
        Steps = 0,
        ClientsPerServer = 0,
        Keys = 0,
        ThinkMilliseconds = 1,
        Reads = 0,
        MillisecondsBetweenFaults = 1,
        DelayMilliseconds = 0.1,
        SyncMilliseconds = 0.2,
        EntriesPerSnapshot = int.MaxValue,
        SegmentBytes = 128 * 1024,
        LogTailBytes = 32 * 1024 * 1024,
        MessageBytes = 1024 * 1024,
        SnapshotChunkBytes = 64 * 1024,
        OverlapBytes = 0,
        CountReceived = false,
        ReadMode = ReadMode.Lease,
    };

    public static Plan Draw(Prng random)
    {
        var faults = (Faults)(random.NextBits() & (ulong)Faults.All);
        if (random.Chance(0.5)) faults &= (Faults)(random.NextBits() & (ulong)Faults.All);
        var servers = random.Chance(0.15) ? 5 : 3;
        var steps = 2_000 + random.Next(3_000);
        return new Plan
        {
            Servers = servers,
            Faults = faults,
            Steps = steps,
            ClientsPerServer = 1 + random.Next(3),
            Keys = 1 + random.Next(4),
            ThinkMilliseconds = random.Chance(0.3) ? 1 : 20,
            Reads = random.Chance(0.5) ? 0.5 : 0.8,
            MillisecondsBetweenFaults = random.Chance(0.3) ? 60 : 250,
            DelayMilliseconds = random.Chance(0.7) ? 0.3 : 5,
            SyncMilliseconds = random.Chance(0.7) ? 1 : 15,
            EntriesPerSnapshot = (faults & Faults.Snapshots) != 0 ? 5 + random.Next(60) : int.MaxValue,
            SegmentBytes = random.Chance(0.5) ? 128 * 1024 : 256 * 1024,
            LogTailBytes = random.Chance(0.5) ? 1_000 : 32 * 1024 * 1024,
            MessageBytes = random.Chance(0.5) ? 500 : 1024 * 1024,
            SnapshotChunkBytes = random.Chance(0.7) ? 200 : 64 * 1024,
            OverlapBytes = steps % 4 == 0 ? 64 * 1024 : 0,
            CountReceived = random.Chance(0.35),
            ReadMode = random.Chance(0.05) ? ReadMode.ReadIndex : ReadMode.Lease,
        };
    }

    /// <summary>Share of messages that are seconds late, if there are delays.</summary>
    public double LateShare { get; init; } = 0.01;

    /// <summary>How far clocks are from true time at most.</summary>
    public int ClockSpreadPerMillion { get; init; } = 100_000;

    /// <summary>Nothing happens by chance: a script says what goes wrong, who leads and what clients ask.</summary>
    public bool IsScripted { get; init; }

    /// <summary>The rate of a clock: true, or as wrong as the plan lets it be.</summary>
    public long DrawRate(Prng random) => 1_000_000 + ((long)ClockSpreadPerMillion * (random.Next(3) - 1));

    public bool Has(Faults fault) => (Faults & fault) != 0;
}
