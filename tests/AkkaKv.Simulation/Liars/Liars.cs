using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Simulation.World;

namespace AkkaKv.Simulation;

/// <summary>
/// Every rule of the protocol broken on its own, with the numbers of its broken variants, and machines that do not keep what the
/// protocol relies on.
/// </summary>
internal static class Liars
{
    private const Faults Storm = Faults.Loss | Faults.Delay | Faults.Partition | Faults.Pause | Faults.Kill;
    private const Faults Late = Faults.Delay | Faults.Partition | Faults.ManyLeaders;
    private const Faults Rivals = Storm | Faults.ManyLeaders;

    public static IReadOnlyList<Lie> All { get; } =
    [
        Rule("1 lease counted from the grant", new LyingRules { CountsLeaseFromGrant = true }, Late, late: 0.1),
        Rule("2 grant without evidence", new LyingRules { Evidence = static (_, _) => true }, Rivals),
        Rule("3 evidence not later than the anchor", new LyingRules { Evidence = static (by, sent) => sent <= by }, Late, late: 0.1),
        Rule("4 new leader does not wait", new LyingRules { WaitsForNoLease = true }, Rivals),
        Rule("4b a majority of promises counts as all",
            new LyingRules { All = static (promised, replicas) => promised * 2 > replicas }, Rivals),
        Rule("5 entries of old epochs are counted",
            new LyingRules { CountsOldEntries = true }, Faults.Partition | Faults.ManyLeaders | Faults.Kill),
        new("6 log of the latest promise is the best")
        {
            Rules = static (world, _) => new LyingRules
            {
                Better = (one, best) => Rank(world, best).CompareTo(Rank(world, one)) < 0,
            },
            Change = static plan => Hard(plan, Rivals),
        },
        Rule("6b own log is the best", new LyingRules { Better = static (_, _) => false }, Rivals),
        Rule("7 longest log is the best", new LyingRules { Better = static (one, best) => best.Last.Index < one.Last.Index }, Rivals),
        Rule("8 commit on a majority only", new LyingRules { IgnoresHolders = true }, Storm),
        Rule("9 commit beyond what was checked", new LyingRules { Believe = static (announced, _) => announced }, Rivals),
        Rule("10 grant without catching up", new LyingRules { GrantsToLaggards = true }, Storm),
        Rule("11 leader stops counting early", new LyingRules { Reckon = static (acknowledged, _) => acknowledged }, Storm),
        Rule("11b leader counts a little too fast",
            new LyingRules { Reckon = static (acknowledged, wait) => acknowledged + (wait * 0.95) }, Storm | Faults.ClockRate),
        new("12 start forgets that it acknowledged")
        {
            Rules = static (_, start) => new LyingRules { Ago = (now, last) => last == start ? TimeSpan.FromHours(1) : now - last },
            Change = static plan => Hard(plan, Faults.Partition | Faults.ManyLeaders | Faults.Kill) with
            {
                Servers = 3,
                MillisecondsBetweenFaults = 40,
            },
        },
        Rule("13 read ignores pending entries", new LyingRules { ReadsIgnorePending = true }, Storm),
        Rule("14 lease survives a promise", new LyingRules { LeaseSurvivesPromise = true }, Rivals),
        new("15 commit told before lease holders agreed")
        {
            Tamper = static () => new EagerLeader().Change,
            Change = static plan => Hard(plan, Storm),
        },
        Rule("16 blank store votes", new LyingRules { Vote = static () => true }, Rivals | Faults.LostDisk),
        Rule("17 blank store filled by a majority",
            new LyingRules { Seed = static (_, promised, _, all) => promised * 2 > all }, Rivals | Faults.LostDisk, servers: 5),
        Rule("18 reads before the barrier", new LyingRules { KnowsCommitAtOnce = true }, Rivals, reads: ReadMode.ReadIndex),
        Rule("19 reads confirmed by old heartbeats", new LyingRules { ConfirmsByOldHeartbeats = true }, Rivals, reads: ReadMode.ReadIndex),
        Rule("19b questions are numbered anew by every run",
            new LyingRules { NumbersQuestionsAnew = true }, Rivals, reads: ReadMode.ReadIndex),
        Rule("20, 23 answers before the disk has it", new LyingRules { Durable = static (_, _) => true }, Storm | Faults.PowerLoss),
        Rule("21 grants of earlier runs",
            new LyingRules { TakesGrantsOfEarlierRuns = true }, Storm | Faults.Repetition, received: true),
        Rule("22 repeated heartbeats count again", new LyingRules { CountsRepeatedHeartbeats = true }, Storm | Faults.Repetition),
        Rule("24 what was received survives the run",
            new LyingRules { KeepsReceivedOfEarlierRuns = true }, Storm | Faults.PowerLoss | Faults.SlowDisk, received: true),
        Rule("25 revoke keeps anchors", new LyingRules { RevokeKeepsAnchors = true }, Storm | Faults.SlowDisk),
        new("clocks beyond the bound")
        {
            Change = static plan => Hard(plan, Rivals | Faults.ClockRate) with { ClockSpreadPerMillion = 600_000 },
        },
        new("two leaders with one nonce") { Nonce = 7, Change = static plan => Hard(plan, Rivals) },
        new("disk acknowledges what it did not sync")
        {
            Disk = static disk => new LyingDisk(disk),
            Change = static plan => Hard(plan, Faults.PowerLoss),
        },
        new("snapshot is in force before it is synced")
        {
            Disk = static disk => new LateSnapshotDisk(disk),
            Change = static plan => Hard(plan, Faults.CrashInside),
        },
        new("older snapshot goes before the newer one is in force")
        {
            Disk = static disk => new EarlyTidyDisk(disk),
            Change = static plan => Hard(plan, Faults.CrashInside),
        },
        new("older copy under a server that others rely on")
        {
            IgnoresReliance = true,
            Change = static plan => Hard(plan, Rivals | Faults.OlderCopy),
        },
        new("new store has its name before its log is synced")
        {
            Disk = static disk => new EarlyIdentityDisk(disk),
            Change = static plan => Hard(plan, Faults.CrashInside | Faults.LostDisk),
        },
    ];

    private static Lie Rule(
        string name, LyingRules rules, Faults faults, int? servers = null, ReadMode reads = ReadMode.Lease, bool received = false,
        double late = 0.01) =>
        new(name)
        {
            Rules = (_, _) => rules,
            Change = plan => Hard(plan, faults) with
            {
                Servers = servers ?? plan.Servers,
                ReadMode = reads,
                CountReceived = received,
                LateShare = late,
            },
        };

    /// <summary>By what its store had promised before, as all of these promises are to the same epoch; then by length.</summary>
    private static (Epoch, LogIndex) Rank(SimulatedCluster world, Message.Promised promise) =>
        (world.PromisedBefore.GetValueOrDefault((promise.Store, promise.Epoch), Epoch.None), promise.Last.Index);

    private static Plan Hard(Plan plan, Faults faults) =>
        plan with { Faults = faults, MillisecondsBetweenFaults = 80, ThinkMilliseconds = 3, ReadMode = ReadMode.Lease, OverlapBytes = 0 };

    /// <summary>Tells everybody that everything it ever sent is committed.</summary>
    private sealed class EagerLeader
    {
        private readonly Dictionary<Epoch, LogIndex> _sent = [];

        public Outgoing? Change(Outgoing outgoing)
        {
            switch (outgoing.Message)
            {
                case Message.Replicate { Entries.IsEmpty: false } replicate:
                    _sent[replicate.Epoch] = LogIndex.Max(_sent.GetValueOrDefault(replicate.Epoch), replicate.Entries[^1].Index);
                    break;
                case Message.Advance advance when _sent.TryGetValue(advance.Epoch, out var sent):
                    return outgoing with { Message = advance with { Commit = sent } };
                case Message.Heartbeat heartbeat when _sent.TryGetValue(heartbeat.Epoch, out var sent):
                    return outgoing with { Message = heartbeat with { Commit = sent } };
                default:
                    break;
            }

            return outgoing;
        }
    }
}
