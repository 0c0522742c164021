using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.SimulatedStorage;
using AkkaKv.Simulation.World;
using AkkaKv.Storage;

namespace AkkaKv.Simulation;

/// <summary>
/// One thing that is broken on purpose: a rule of the protocol, or a promise of the machine below it. A simulation that does not
/// notice it is wrong.
/// </summary>
internal sealed record Lie(string Name)
{
    /// <summary>Everything is as it should be.</summary>
    public static Lie None { get; } = new("none");

    /// <summary>A seed with which it is noticed; null when none is known.</summary>
    public ulong? CaughtBy => CatchingSeeds.GetValueOrDefault(Name) is var seed && seed > 0 ? seed : null;

    /// <summary>The rules of a replica or a leader that starts in a world, at a moment of its own clock.</summary>
    public Func<SimulatedCluster, Instant, ProtocolRules> Rules { get; init; } = static (_, _) => ProtocolRules.Default;

    /// <summary>What is between the storage and its disk.</summary>
    public Func<SimulatedFileSystem, IFileSystem> Disk { get; init; } = static disk => disk;

    /// <summary>Older copies are put back under servers whose word others rely on.</summary>
    public bool IgnoresReliance { get; init; }

    /// <summary>The nonce of all leaders, if it is not drawn.</summary>
    public ulong? Nonce { get; init; }

    /// <summary>Makes, for one run, what changes messages on their way.</summary>
    public Func<Func<Outgoing, Outgoing?>>? Tamper { get; init; }

    /// <summary>What the plan must be for the lie to have a chance.</summary>
    public Func<Plan, Plan> Change { get; init; } = static plan => plan;

    /// <summary>Found by <c>--liars</c>; look again when the draws of a plan change.</summary>
    private static SortedDictionary<string, ulong> CatchingSeeds { get; } = new(StringComparer.Ordinal)
    {
        ["1 lease counted from the grant"] = 126,
        ["10 grant without catching up"] = 1,
        ["11 leader stops counting early"] = 1,
        ["13 read ignores pending entries"] = 2,
        ["14 lease survives a promise"] = 2,
        ["15 commit told before lease holders agreed"] = 1,
        ["16 blank store votes"] = 1,
        ["18 reads before the barrier"] = 1,
        ["19 reads confirmed by old heartbeats"] = 14,
        ["2 grant without evidence"] = 44,
        ["20, 23 answers before the disk has it"] = 1,
        ["24 what was received survives the run"] = 49,
        ["25 revoke keeps anchors"] = 10,
        ["4 new leader does not wait"] = 1,
        ["4b a majority of promises counts as all"] = 1,
        ["6 log of the latest promise is the best"] = 23,
        ["6b own log is the best"] = 2,
        ["7 longest log is the best"] = 398,
        ["8 commit on a majority only"] = 1,
        ["9 commit beyond what was checked"] = 42,
        ["clocks beyond the bound"] = 12,
        ["disk acknowledges what it did not sync"] = 6,
        ["older copy under a server that others rely on"] = 1,
        ["older snapshot goes before the newer one is in force"] = 14,
        ["snapshot is in force before it is synced"] = 5,
        ["two leaders with one nonce"] = 6,
    };
}
