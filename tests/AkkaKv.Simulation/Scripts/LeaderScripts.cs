using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Simulation.Scripts;

/// <summary>Stories of leaders that follow each other, each after a counter-example of the model.</summary>
internal static class LeaderScripts
{
    /// <summary>
    /// Liar 5: figure 8 of the Raft paper, in its five servers and four epochs. Server 1 leads again and brings its old entry to a
    /// majority, but nothing of its new epoch; then server 5, whose last entry is of the epoch between, takes over.
    /// </summary>
    public static void Figure8(Stage stage)
    {
        BringOldEntryToMajority(stage);
        stage.Kill(0);
        TakeOverAtServer5(stage);
        stage.Finish();
    }

    /// <summary>Figure 8, case (e): the barrier of server 1's new epoch reaches the majority too, and commits what is before it.</summary>
    public static void Figure8WithBarrier(Stage stage)
    {
        BringOldEntryToMajority(stage);
        var old = stage.Servers[2].Durable!.Last;
        stage.Fate = static letter => letter.ComesFrom(4) || letter.GoesTo(4) ? Handling.Lost : Handling.Passes;
        stage.Until(() => old.Index < stage.Cluster.Checks.Visible.Index, "the barrier commits");
        stage.Kill(0);
        TakeOverAtServer5(stage);
        stage.Finish();
        if (stage.Cluster.Checks.PositionOf(old.Index) != old) throw new ScriptFailedException("the old entry is not in the log");
    }

    /// <summary>
    /// Liar 6. Server 3 has promised to a later leader, which nobody else heard of, and so misses a write that the other two commit. Then
    /// server 2, which has the write, takes over with the promise of server 3.
    /// </summary>
    public static void LatePromiseWithOldLog(Stage stage)
    {
        stage.Begin(0);
        stage.Fate = static letter => letter.ComesFrom(2) ? Handling.Lost : Handling.Passes;
        stage.Lead(2);
        stage.Until(() => stage.Servers[2].Durable!.Promised.Leader == stage.Servers[2].Id, "server 3 promises to itself");

        // Server 2 has the write, and is not told that it is committed: or it would say so itself.
        stage.Fate = static letter => letter.ComesFrom(2) || (letter.Goes(0, 1) && letter.Message is not Message.Replicate)
            ? Handling.Lost : Handling.Passes;
        var write = stage.Put(0);
        stage.Until(() => write.HasResult, "servers 1 and 2 commit");
        stage.Kill(0);
        stage.Servers[2].StopLeader(cleanly: false);
        stage.Fate = static _ => Handling.Passes;
        stage.Lead(1);
        stage.Until(() => stage.Servers[1].Leader?.Phase == LeaderPhase.Leading, "server 2 leads");
        stage.Finish();
    }

    /// <summary>
    /// Liar 17, with five servers. Server 3 promises to a leader that then sleeps, and loses its disk. Filled in an epoch that this leader
    /// has not promised, it makes the majority for a write there; and its promise from before the loss makes the majority of the
    /// sleeper, which knows nothing of that write.
    /// </summary>
    public static void PromiseFromBeforeTheLoss(Stage stage)
    {
        stage.Begin(3);
        stage.Fate = static letter => letter.Message switch
        {
            Message.Refused when letter.GoesTo(3) => Handling.Lost,
            Message.Prepare when letter.Goes(0, 1) => Handling.Kept,
            Message.Prepare when letter.ComesFrom(0) && !letter.Goes(0, 2) => Handling.Lost,
            _ => Handling.Passes,
        };
        stage.Lead(0);
        stage.Until(
            () => stage.Servers[2].Durable!.Promised.Leader == stage.Servers[0].Id && stage.Kept.Count > 0,
            "server 3 promises to server 1");
        stage.Run(2);
        stage.Servers[0].Pause();
        stage.Run(900); // Until the leader takes the sleeper for dead, so that it begins no epoch for the blank store.
        stage.LoseDisk(2);
        stage.Try(() => stage.Servers[2].Durable!.Mode == StoreMode.Voter, 1_500);

        var fate = stage.Fate;
        stage.Fate = letter => letter.Goes(3, 1) ? Handling.Lost : fate(letter);
        var write = stage.Put(3);
        stage.Try(() => write.HasResult, 1_500);
        stage.Release(static letter => letter.Goes(0, 1));
        stage.Run(5);
        stage.Servers[0].Resume();
        stage.Run(1_000);
        stage.Finish();
    }

    /// <summary>
    /// Liar 19. A leader is cut off and does not know yet that another one was elected and has committed; a client asks beside
    /// it.
    /// </summary>
    public static void ReadAtDeposedLeader(Stage stage)
    {
        stage.Begin(0);
        stage.Fate = static letter => letter.ComesFrom(0) || letter.GoesTo(0) ? Handling.Lost : Handling.Passes;
        stage.Lead(2);
        var write = stage.Put(2);
        stage.Until(() => write.HasResult, "server 3 leads and commits", 1_800);
        stage.Get(0);
        stage.Run(150);
        stage.Finish();
    }

    /// <summary>
    /// Liar 19b. The answer to a question is late; meanwhile the server that asked is killed and starts again, and a value is written of
    /// which it hears nothing; then a client of the new run asks, and the old answer arrives.
    /// </summary>
    public static void AnswerToAnEarlierRun(Stage stage)
    {
        stage.Begin(0);
        stage.Fate = static letter => letter.Goes(0, 1) && letter.Message is Message.ReadIndexed ? Handling.Kept : Handling.Passes;
        stage.Get(1);
        stage.Until(() => stage.Kept.Count > 0, "the leader answers the first run");
        var late = stage.Kept[0];
        stage.Kill(1);
        stage.Servers[1].Start();
        stage.Until(() => stage.Servers[1].Replica!.Status.Ready, "the second run is ready");
        stage.Fate = static letter => !letter.Goes(0, 1) || letter.Message is Message.Heartbeat ? Handling.Passes
            : letter.Message is Message.ReadIndexed ? Handling.Kept : Handling.Lost;
        var write = stage.Put(0);
        stage.Until(() => write.HasResult, "a value is written");
        stage.Get(1);
        stage.Until(() => stage.Kept.Count > 1, "the leader answers the second run");
        stage.Kept.Remove(late);
        stage.Deliver(late);
        stage.Run(5);
        stage.Finish();
    }

    private static void BringOldEntryToMajority(Stage stage)
    {
        // (a) Server 1 leads; its entry reaches server 2.
        stage.Begin(0);
        stage.Fate = static letter => letter.ComesFrom(0) && !letter.Goes(0, 1) ? Handling.Lost : Handling.Passes;
        stage.Put(0);
        var common = stage.Servers[2].Durable!.Last;
        stage.Until(
            () => stage.Servers[0].Durable!.Last != common && stage.Servers[1].Durable!.Last == stage.Servers[0].Durable!.Last,
            "servers 1 and 2 have an entry that the others have not");
        stage.Kill(0);

        // (b) Server 5 leads, by the promises of servers 3 and 4; its first entry stays with itself.
        stage.Fate = static letter => letter.Goes(4, 1) || (letter.ComesFrom(4) && letter.Message is Message.Replicate)
            ? Handling.Lost : Handling.Passes;
        stage.Lead(4);
        stage.Until(() => stage.Servers[4].Durable!.Last.Epoch.Leader == stage.Servers[4].Id, "server 5 leads and writes");
        stage.Kill(4);

        // (c) Server 1 leads again; its old entry reaches servers 3 and 4, and no entry of its new epoch leaves it.
        stage.Servers[0].Start();
        var old = stage.Servers[0].Durable!.Last;
        stage.Fate = letter =>
            letter.ComesFrom(0) && letter.Message is Message.Replicate replicate && HasBarrierBeyond(stage, letter, replicate)
                ? Handling.Lost : Handling.Passes;
        stage.Lead(0);
        stage.Until(
            () => stage.Servers[2].Durable!.Last == old && stage.Servers[3].Durable!.Last == old, "servers 3 and 4 have the old entry");
        stage.Run(700);
    }

    /// <summary>A probe that its receiver can only refuse, because it has not the entry before it, passes.</summary>
    private static bool HasBarrierBeyond(Stage stage, Letter letter, Message.Replicate replicate) =>
        replicate.Entries.Any(entry => entry.Epoch == replicate.Epoch)
        && (letter.Sent.To.Slot == 1 || stage.Servers[letter.Sent.To.Slot].Memory!.Holds(replicate.Previous));

    private static void TakeOverAtServer5(Stage stage)
    {
        stage.Fate = static _ => Handling.Passes;
        stage.Servers[4].Start();
        stage.Lead(4);
        stage.Until(() => stage.Servers[4].Leader?.Phase == LeaderPhase.Leading, "server 5 leads", 10_000);
    }
}
