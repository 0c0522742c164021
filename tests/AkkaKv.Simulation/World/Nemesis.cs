
namespace AkkaKv.Simulation.World;

/// <summary>Makes go wrong what the plan allows, and repairs it after a while.</summary>
internal sealed class Nemesis(SimulatedCluster cluster, Prng random)
{
    private static readonly Faults[] Kinds =
        [.. Enum.GetValues<Faults>().Where(static kind => kind != Faults.All && (kind & Faults.All) != Faults.None)];

    /// <summary>Things that were made go wrong.</summary>
    public int Count { get; private set; }

    public void Begin() => Rest();

    private void Rest() => cluster.Timeline.After(
        Timeline.Milliseconds(cluster.Plan.MillisecondsBetweenFaults * (0.1 + (2 * random.NextDouble()))), Act);

    private void Act()
    {
        if (cluster.IsHealed) return;
        Rest();
        var kind = Kinds[random.Next(Kinds.Length)];
        if (!cluster.Plan.Has(kind)) return;
        var server = cluster.Servers[random.Next(cluster.Servers.Length)];
        Count++;
        cluster.Trace.Add(7, (long)kind, server.Id.Slot);
        switch (kind)
        {
            case Faults.Partition: Partition(); break;
            case Faults.Pause: server.PauseSoon(random.Chance(0.5) ? 10 + random.Next(500) : 500 + random.Next(4_000)); break;
            case Faults.Kill: server.Kill(); break;
            case Faults.PowerLoss: LosePower(server); break;
            case Faults.SlowDisk: SlowDisk(server); break;
            case Faults.FailedSync: server.FailNextSync(); break;
            case Faults.FullDisk: FillDisk(server); break;
            case Faults.Rot when cluster.MayLoseDisk(server): server.Rot(); break;
            case Faults.LostDisk when cluster.MayLoseDisk(server): server.LoseDisk(); break;
            case Faults.ClockRate: server.Clock.SetRate(cluster.Plan.DrawRate(random)); break;
            case Faults.WallClock: server.Clock.WallOffsetMilliseconds = random.Next(20_000) - 10_000; break;
            case Faults.CleanStop: server.StopCleanly(); break;
            default: break; // Of the network, or of the leadership: those act by themselves.
        }
    }

    private void Partition()
    {
        var count = cluster.Servers.Length;
        if (random.Chance(0.4))
        {
            cluster.Network.Cut(random.Next(count), random.Next(count)); // One link, one way.
        }
        else
        {
            // One side and the other; some links across may stay.
            var side = random.Next(1 << count);
            for (var from = 0; from < count; from++)
            {
                for (var to = 0; to < count; to++)
                    if (((side >> from) & 1) != ((side >> to) & 1) && random.Chance(0.9)) cluster.Network.Cut(from, to);
            }
        }

        cluster.Trace.Say("the network is cut");
        cluster.Timeline.After(Timeline.Milliseconds(50 + random.Next(random.Chance(0.3) ? 5_000 : 800)), cluster.Network.Mend);
    }

    private void LosePower(SimulatedServer server)
    {
        server.LosePower();
        if (!random.Chance(0.15)) return;
        foreach (var other in cluster.Servers) other.LosePower(); // The whole room.
    }

    private void SlowDisk(SimulatedServer server)
    {
        server.DiskSlowness = 10 + random.Next(200);
        cluster.Timeline.After(Timeline.Milliseconds(100 + random.Next(2_000)), () => server.DiskSlowness = 1);
    }

    private void FillDisk(SimulatedServer server)
    {
        server.Fill(isFull: true);
        cluster.Timeline.After(Timeline.Milliseconds(200 + random.Next(3_000)), () => server.Fill(isFull: false));
    }
}
