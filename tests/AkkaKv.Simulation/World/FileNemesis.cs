using AkkaKv.SimulatedStorage;

namespace AkkaKv.Simulation.World;

/// <summary>
/// Lets servers die in the middle of work on their files, and puts older copies of those back. It has draws of its own, so that a seed
/// without these faults is the run that it was before there were any.
/// </summary>
internal sealed class FileNemesis(SimulatedCluster cluster, Prng random)
{
    private readonly SimulatedFileSystem?[] _copies = new SimulatedFileSystem?[cluster.Servers.Length];

    /// <summary>Things that were made go wrong.</summary>
    public int Count { get; private set; }

    public void Begin()
    {
        if (cluster.Plan.Has(Faults.CrashInside)) Repeat(Crash);
        if (cluster.Plan.Has(Faults.OlderCopy)) Repeat(PutBack);
    }

    private void Repeat(Action<SimulatedServer> act) => cluster.Timeline.After(
        Timeline.Milliseconds(cluster.Plan.MillisecondsBetweenFaults * (0.5 + (4 * random.NextDouble()))),
        () =>
        {
            if (cluster.IsHealed) return;
            Repeat(act);
            act(cluster.Servers[random.Next(cluster.Servers.Length)]);
        });

    private void Crash(SimulatedServer server)
    {
        var crash = FileCrash.Draw(random);
        Note(Faults.CrashInside, server);
        server.CrashInside(crash);

        // It starts, or falls behind until it is sent a snapshot.
        if (crash.Work is FileWork.Start or FileWork.Installation) TakeDown(server);
    }

    private void TakeDown(SimulatedServer server)
    {
        if (cluster.Plan.Has(Faults.LostDisk) && cluster.MayLoseDisk(server) && random.Chance(0.5)) server.LoseDisk();
        else if (cluster.Plan.Has(Faults.Rot) && cluster.MayLoseDisk(server) && random.Chance(0.5)) server.Rot();
        else server.Kill();
    }

    /// <summary>Only when the protocol can promise something still: an older copy may go unnoticed, and then it votes.</summary>
    private void PutBack(SimulatedServer server)
    {
        ref var copy = ref _copies[server.Id.Slot];
        if (copy is null || random.Chance(0.3))
        {
            copy = server.HasVoterOnDisk ? server.Disk.Copy() : copy;
        }
        else if (cluster.MayGoBack(server))
        {
            Note(Faults.OlderCopy, server);
            server.PutBack(copy);
            copy = null;
        }
    }

    private void Note(Faults fault, SimulatedServer server)
    {
        Count++;
        cluster.Trace.Add(7, (long)fault, server.Id.Slot);
    }
}
