using AkkaKv.Core;
using AkkaKv.SimulatedStorage;
using AkkaKv.Simulation.World;

namespace AkkaKv.Simulation.Scripts;

/// <summary>Stories of disks: put back, lost, full.</summary>
internal static class DiskScripts
{
    /// <summary>Hole H33: a backup of the same epoch is put back under a server that had acknowledged more.</summary>
    public static void BackupOfTheSameEpoch(Stage stage)
    {
        stage.Begin(0);
        var image = stage.Servers[1].Disk.Copy();
        WriteEverywhere(stage, 0);
        PutBackAndRefill(stage, image);
    }

    /// <summary>Hole H33: the backup is older than the promise to the present leader.</summary>
    public static void BackupOfAnOlderEpoch(Stage stage)
    {
        stage.Begin(0);
        var image = stage.Servers[1].Disk.Copy();
        stage.Servers[0].StopLeader(cleanly: true);
        stage.Lead(2);
        stage.Until(() => stage.Servers.All(static server => server.Replica!.Status is { Ready: true, Leader.Slot: 2 }), "server 3 leads");
        WriteEverywhere(stage, 2);
        PutBackAndRefill(stage, image);
    }

    /// <summary>
    /// Hole H33: a disk is lost and filled again, and then a copy from before the loss is put back, under a leader that never heard of
    /// that store. Its server may be the one that is to lead.
    /// </summary>
    public static void CopyFromBeforeTheLoss(Stage stage, bool leads)
    {
        stage.Begin(0);
        var image = stage.Servers[1].Disk.Copy();
        stage.LoseDisk(1);
        stage.Until(() => stage.Servers[1].Durable?.Mode == StoreMode.Voter, "the new store of server 2 is filled", 15_000);
        stage.Kill(1);
        stage.Servers[0].StopLeader(cleanly: true);
        if (leads)
        {
            stage.PutBack(1, image);
            stage.Lead(1);
            stage.Until(() => stage.Servers[1].Leader is null, "server 2 finds that it cannot lead");
        }

        stage.Lead(2);
        stage.Until(() => stage.Servers[2].Replica!.Status is { Ready: true, Leader.Slot: 2 }, "server 3 leads");
        if (!leads) stage.PutBack(1, image);
        Refill(stage);
    }

    /// <summary>A disk is lost again and again, and power goes at the next call each time while the new store is made.</summary>
    public static void NewStoreAtEveryCall(Stage stage)
    {
        const int CallsToMakeStore = 18;
        stage.Begin(0);
        for (var calls = 1; calls <= CallsToMakeStore; calls++)
        {
            stage.Servers[1].CrashInside(new FileCrash(FileWork.Start, calls, FaultKind.CrashAfter, PowerLoss.LosesAll));
            stage.LoseDisk(1);
            stage.Until(() => stage.Servers[1].Durable?.Mode == StoreMode.Voter, "the new store of server 2 is filled", 15_000);
        }

        stage.Finish();
        var crashes = stage.Cluster.Crashes[(int)FileWork.Start];
        if (crashes < CallsToMakeStore - 3) throw new ScriptFailedException($"power went in {crashes} calls only");
    }

    /// <summary>
    /// A store was damaged and set aside; while the leader's new epoch waits for its first entry to commit, the disk of the only other
    /// voter is full, and its server starts again in the middle of it.
    /// </summary>
    public static void RejoinBesideFullDisk(Stage stage, bool leaderIsFull, bool restarts)
    {
        stage.Begin(0);
        stage.LoseDisk(2);
        var full = stage.Servers[leaderIsFull ? 0 : 1];
        var epoch = stage.Servers[0].Leader!.Epoch;
        stage.Until(() => epoch < stage.Servers[0].Leader!.Epoch, "the leader begins an epoch for the blank store");
        full.Fill(isFull: true);
        stage.Run(300);
        if (restarts)
        {
            stage.Kill(1);
            stage.Run(200);
            stage.Servers[1].Start();
        }

        for (var i = 0; i < 40; i++)
        {
            stage.Put(0);
            stage.Run(100);
        }

        full.Fill(isFull: false);
        var write = stage.Put(0);
        stage.Until(() => write.IsDone, "the client is answered");
        stage.Until(() => stage.Servers[2].Durable!.Mode == StoreMode.Voter, "the blank store is filled", 15_000);
        stage.Finish();
    }

    private static void WriteEverywhere(Stage stage, int leader)
    {
        for (var i = 0; i < 3; i++)
        {
            var write = stage.Put(leader);
            stage.Until(() => write.HasResult, "a write commits");
        }

        stage.Run(200);
    }

    private static void PutBackAndRefill(Stage stage, SimulatedFileSystem image)
    {
        stage.PutBack(1, image);
        Refill(stage);
    }

    private static void Refill(Stage stage)
    {
        stage.Until(() => stage.Servers[1].HasRefusedDisk, "server 2 notices that its disk went back", 200);
        stage.Servers[1].Start();
        stage.Until(() => stage.Servers[1].Durable?.Mode == StoreMode.Voter, "server 2 is filled", 15_000);
        stage.Finish();
    }
}
