using AkkaKv.Core;
using AkkaKv.SimulatedStorage;

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
        stage.Until(() => stage.Servers[1].HasRefusedDisk, "server 2 notices that its disk went back", 200);
        stage.Servers[1].Start();
        stage.Until(() => stage.Servers[1].Durable?.Mode == StoreMode.Voter, "server 2 is filled", 15_000);
        stage.Finish();
    }
}
