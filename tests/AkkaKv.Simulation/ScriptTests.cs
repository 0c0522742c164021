using AkkaKv.Core.Replication;
using AkkaKv.Simulation.Checks;
using AkkaKv.Simulation.Scripts;
using AkkaKv.Simulation.World;

namespace AkkaKv.Simulation;

/// <summary>
/// What random schedules seldom reach, told as stories: the product lives through each of them, and with one rule broken the same
/// story ends with the checker's word that names what was lost.
/// </summary>
public sealed class ScriptTests
{
    private static readonly SortedDictionary<string, (Action<Stage> Script, Plan Plan, string Word)> Stories = new(StringComparer.Ordinal)
    {
        ["3 evidence not later than the anchor"] = (LeaseScripts.GrantOnOldEvidence, Plan.Scripted(3), "I6"),
        ["5 entries of old epochs are counted"] = (LeaderScripts.Figure8, Figure8Plan, "I4"),
        ["6 log of the latest promise is the best"] = (LeaderScripts.LatePromiseWithOldLog, Plan.Scripted(3), "I4"),
        ["new store has its name before its log is synced"] = (DiskScripts.NewStoreAtEveryCall, Plan.Scripted(3), "r1 refuses"),
        ["11b leader counts a little too fast"] = (LeaseScripts.DriftAtTheBound, Plan.Scripted(3), "I6"),
        ["12 start forgets that it acknowledged"] = (LeaseScripts.TakeoverAfterRestarts, Plan.Scripted(3), "I6"),
        ["17 blank store filled by a majority"] = (LeaderScripts.PromiseFromBeforeTheLoss, Plan.Scripted(5), "I4"),
        ["19 reads confirmed by old heartbeats"] =
            (LeaderScripts.ReadAtDeposedLeader, Plan.Scripted(3) with { ReadMode = ReadMode.ReadIndex }, "stale read"),
        ["19b questions are numbered anew by every run"] =
            (LeaderScripts.AnswerToAnEarlierRun, Plan.Scripted(3) with { ReadMode = ReadMode.ReadIndex }, "stale read"),
        ["21 grants of earlier runs"] = (LeaseScripts.LeaseAfterRestart, Plan.Scripted(3) with { CountReceived = true }, "I6"),
        ["22 repeated heartbeats count again"] = (LeaseScripts.LateRepetition, Plan.Scripted(3), "I6"),
    };

    /// <summary>Entries travel one by one, as in the figure.</summary>
    private static Plan Figure8Plan => Plan.Scripted(5) with { MessageBytes = 1 };

    /// <summary>Whether a story is told of this liar.</summary>
    internal static bool TellsOf(Lie lie) => Stories.ContainsKey(lie.Name);

    [Fact]
    public void A_lease_granted_on_evidence_older_than_its_acknowledgement_is_noticed() => Tell("3 evidence not later than the anchor");

    [Fact]
    public void Counting_an_entry_of_an_old_epoch_as_in_figure_8_of_Raft_is_noticed() => Tell("5 entries of old epochs are counted");

    [Fact]
    public void An_old_entry_with_a_barrier_behind_it_on_a_majority_survives_figure_8() =>
        Live(Lie.None, LeaderScripts.Figure8WithBarrier, Figure8Plan);

    [Fact]
    public void Taking_the_log_of_whoever_promised_last_for_the_best_is_noticed() => Tell("6 log of the latest promise is the best");

    [Fact]
    public void A_leader_that_waits_a_twentieth_too_short_for_a_clock_at_the_bound_is_noticed() =>
        Tell("11b leader counts a little too fast");

    [Fact]
    public void A_start_that_forgets_its_last_acknowledgement_is_noticed() => Tell("12 start forgets that it acknowledged");

    [Fact]
    public void Filling_a_lost_disk_with_only_a_majority_asked_is_noticed() => Tell("17 blank store filled by a majority");

    [Fact]
    public void A_read_confirmed_by_heartbeats_from_before_it_came_is_noticed() => Tell("19 reads confirmed by old heartbeats");

    [Fact]
    public void A_read_answered_with_what_an_earlier_run_of_the_server_had_asked_is_noticed() =>
        Tell("19b questions are numbered anew by every run");

    /// <summary>
    /// With durable acknowledgements a lease that survives a start is harmless, because the log of its holder survives too
    /// (protocol.md, section 5); so this runs with option R, where it is not.
    /// </summary>
    [Fact]
    public void A_lease_that_survives_a_start_is_noticed_when_entries_in_memory_count() => Tell("21 grants of earlier runs");

    /// <summary>What does the same without option R: a heartbeat that arrives again so late that the leader counts no longer.</summary>
    [Fact]
    public void A_grant_of_an_earlier_run_that_comes_late_is_noticed() =>
        Tell("21 grants of earlier runs", LeaseScripts.LateGrantAfterRestart, Plan.Scripted(3), "I6");

    [Fact]
    public void A_repeated_heartbeat_that_begins_a_lease_anew_is_noticed() => Tell("22 repeated heartbeats count again");

    [Fact]
    public void A_new_store_that_has_its_name_before_its_log_is_synced_is_noticed() =>
        Tell("new store has its name before its log is synced");

    [Fact]
    public void A_backup_of_the_same_epoch_that_is_put_back_does_not_vote() =>
        Live(Lie.None, DiskScripts.BackupOfTheSameEpoch, Plan.Scripted(3));

    [Fact]
    public void A_backup_of_an_older_epoch_that_is_put_back_does_not_vote() =>
        Live(Lie.None, DiskScripts.BackupOfAnOlderEpoch, Plan.Scripted(3));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_copy_of_a_store_that_was_lost_and_replaced_does_not_stay(bool leads) =>
        Live(Lie.None, stage => DiskScripts.CopyFromBeforeTheLoss(stage, leads), Plan.Scripted(3));

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_blank_store_is_filled_and_clients_are_answered_once_a_full_disk_beside_it_has_room(bool leaderIsFull, bool restarts) =>
        Live(Lie.None, stage => DiskScripts.RejoinBesideFullDisk(stage, leaderIsFull, restarts), Plan.Scripted(3));

    private static void Tell(string liar)
    {
        var (script, plan, word) = Stories[liar];
        Tell(liar, script, plan, word);
    }

    private static void Tell(string liar, Action<Stage> script, Plan plan, string word)
    {
        Live(Lie.None, script, plan);

        var lie = Liars.All.Single(lie => lie.Name == liar);
        var violation = Assert.Throws<SafetyViolationException>(() => Live(lie, script, plan));
        Assert.StartsWith(word, violation.Message, StringComparison.Ordinal);
    }

    private static void Live(Lie lie, Action<Stage> script, Plan plan) => script(new Stage(lie, plan));
}
