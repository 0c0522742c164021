using AkkaKv.Core.Replication;

namespace AkkaKv.Simulation.Scripts;

/// <summary>
/// Stories in which a lease outlives what made it safe, if a rule of leases is broken; each after a counter-example of the model.
/// Server 1 leads, server 2 is the one that may hold a lease too many, server 3 takes over or makes the majority.
/// </summary>
internal static class LeaseScripts
{
    /// <summary>
    /// Liar 3. A majority acknowledges a heartbeat at once and then promises to another leader, while the same heartbeat reaches server 2
    /// late. The old leader, asleep meanwhile, finds server 2's acknowledgement and the majority's older ones, and grants a lease that
    /// the new leader cannot know of.
    /// </summary>
    public static void GrantOnOldEvidence(Stage stage)
    {
        stage.Begin(0);
        stage.Fate = static letter => letter.Message is Message.Heartbeat && letter.Goes(0, 1) ? Handling.Kept
            : letter.Goes(2, 1) ? Handling.Lost : Handling.Passes;
        stage.Until(() => stage.Kept.Count > 0, "a heartbeat to server 2 is under way");
        stage.Run(3);

        stage.Lead(2);
        stage.Until(() => stage.Servers[2].Leader!.Phase == LeaderPhase.Leading, "server 3 has the promise of server 1", 20);
        stage.Servers[0].Pause();
        stage.Run(300);
        stage.Release(static letter => letter.Goes(0, 1));
        stage.Run(5);
        stage.Fate = static letter => letter.Goes(2, 1) ? Handling.Lost : Handling.Passes;
        stage.Servers[0].Resume();
        stage.Run(600);
        stage.Finish();
    }

    /// <summary>
    /// Liar 12. The leader's server and another restart while server 2 holds a lease, and make a majority that remembers no
    /// heartbeat.
    /// </summary>
    public static void TakeoverAfterRestarts(Stage stage)
    {
        stage.Begin(0);
        stage.Fate = static letter => letter.ComesFrom(1) || letter.GoesTo(1) ? Handling.Lost : Handling.Passes;
        stage.Kill(0);
        stage.Kill(2);
        stage.Servers[0].Start();
        stage.Servers[2].Start();
        stage.Lead(2);
        stage.Run(800);
        stage.Finish();
    }

    /// <summary>
    /// Liar 21, with option R. Server 2 has an entry in memory alone when it commits; a start that brought its lease back would bring
    /// it back without the entry. The product has no lease to bring back; what does the same is a heartbeat that arrives again
    /// after the start, and the grant of the earlier run behind it.
    /// </summary>
    public static void LeaseAfterRestart(Stage stage)
    {
        stage.Begin(0);
        KeepHeartbeatAndItsGrant(stage);
        stage.Fate = static letter => letter.Message is Message.Heartbeat && letter.Goes(0, 1) ? Handling.Lost : Handling.Passes;
        stage.Servers[1].DiskSlowness = 100_000;
        var write = stage.Put(0);
        stage.Until(() => write.HasResult, "the write commits on two disks and the memory of server 2", 45);

        stage.Kill(1);
        stage.Servers[1].DiskSlowness = 1;
        stage.Fate = static letter => letter.Goes(0, 1) ? Handling.Lost : Handling.Passes;
        stage.Servers[1].Start();
        RepeatHeartbeatThenGrant(stage);
        stage.Finish();
    }

    /// <summary>
    /// Liar 21 without option R: the repeated heartbeat comes so late that the leader has stopped to reckon with the earlier run's lease
    /// before the later run's would end.
    /// </summary>
    public static void LateGrantAfterRestart(Stage stage)
    {
        stage.Begin(0);
        KeepHeartbeatAndItsGrant(stage);
        stage.Fate = static letter => letter.Goes(0, 1) || letter.Goes(1, 0) ? Handling.Lost : Handling.Passes;
        stage.Kill(1);
        stage.Servers[1].Start();
        stage.Run(380);
        RepeatHeartbeatThenGrant(stage);
        WriteAndFinish(stage);
    }

    /// <summary>
    /// Liar 22. A heartbeat arrives a second time when the lease that it began is nearly over for the leader, and the grant of it
    /// later still.
    /// </summary>
    public static void LateRepetition(Stage stage)
    {
        stage.Begin(0);
        KeepHeartbeatAndItsGrant(stage);
        stage.Fate = static letter => letter.Goes(0, 1) || letter.Goes(1, 0) ? Handling.Lost : Handling.Passes;
        stage.Run(300);
        RepeatHeartbeatThenGrant(stage);
        WriteAndFinish(stage);
    }

    /// <summary>
    /// Liar 11b: the clock of the lease holder is a tenth too slow, the clock of the leader a tenth too fast, as far as they may be
    /// wrong. After its last grant nothing reaches server 2, and a write waits for its lease to end.
    /// </summary>
    public static void DriftAtTheBound(Stage stage)
    {
        stage.Servers[0].Clock.SetRate(1_100_000);
        stage.Servers[1].Clock.SetRate(900_000);
        stage.Begin(0);
        var isGranted = false;
        stage.Fate = letter =>
        {
            if (!letter.Goes(0, 1) && !letter.Goes(1, 0)) return Handling.Passes;
            if (isGranted) return Handling.Lost;
            isGranted = letter.Message is Message.Heartbeat { Grant.Sequence: > 0 };
            return Handling.Passes;
        };
        stage.Until(() => isGranted, "server 2 gets a grant");
        var write = stage.Put(0);
        stage.Run(700);
        if (!write.HasResult) throw new ScriptFailedException("the write does not commit");
        stage.Finish();
    }

    /// <summary>Server 2 sees a heartbeat, of which the network keeps a copy; the next grant, which names it, the network keeps.</summary>
    private static void KeepHeartbeatAndItsGrant(Stage stage)
    {
        stage.Fate = letter =>
        {
            if (letter.Message is not Message.Heartbeat heartbeat || !letter.Goes(0, 1)) return Handling.Passes;
            if (GrantOf(stage) is not null) return Handling.Lost;
            return heartbeat.Grant.Sequence == 0 ? Handling.Copied : Handling.Kept;
        };
        stage.Until(() => GrantOf(stage) is not null, "a grant for a kept heartbeat is sent");
    }

    /// <summary>A write that the leader believes nobody's lease to be in the way of.</summary>
    private static void WriteAndFinish(Stage stage)
    {
        stage.Put(0);
        stage.Run(600);
        stage.Finish();
    }

    private static void RepeatHeartbeatThenGrant(Stage stage)
    {
        var grant = GrantOf(stage)!.Value;
        var begin = BeginningOf(stage, grant)!.Value;
        stage.Deliver(begin);
        stage.Run(2);
        stage.Deliver(grant);
        stage.Run(2);
        stage.Kept.Clear();
    }

    /// <summary>A kept grant whose heartbeat was kept too.</summary>
    private static Letter? GrantOf(Stage stage)
    {
        foreach (var letter in stage.Kept)
            if (BeginningOf(stage, letter) is not null) return letter;
        return null;
    }

    private static Letter? BeginningOf(Stage stage, Letter grant)
    {
        var sequence = ((Message.Heartbeat)grant.Message).Grant.Sequence;
        foreach (var letter in stage.Kept)
            if (sequence != 0 && ((Message.Heartbeat)letter.Message).Sequence == sequence) return letter;
        return null;
    }
}
