using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Simulation.World;

/// <summary>
/// Says who leads, as a cluster singleton would, and is wrong as often as the plan wants: nobody, somebody else, several at once.
/// </summary>
internal sealed class Oracle(SimulatedCluster cluster, Prng random)
{
    public void Begin() => cluster.Timeline.After(Timeline.Milliseconds(1 + random.Next(50)), Act);

    /// <summary>From now on there is one leader, on a server whose store votes if there is one.</summary>
    public void Settle()
    {
        var chosen = Array.Find(cluster.Servers, static server => server.Leader?.Phase == LeaderPhase.Leading) ?? Candidate();
        foreach (var server in cluster.Servers)
            if (server != chosen) server.StopLeader(cleanly: true);
        chosen?.StartLeader();
    }

    private void Act()
    {
        cluster.Timeline.After(Timeline.Milliseconds(50 + random.Next(400)), Act);
        if (cluster.IsHealed)
        {
            if (!Array.Exists(cluster.Servers, static server => server.Leader is not null)) Candidate()?.StartLeader();
            return;
        }

        var server = cluster.Servers[random.Next(cluster.Servers.Length)];
        if (cluster.Plan.Has(Faults.ManyLeaders))
        {
            if (server.Leader is null) server.StartLeader();
            else if (random.Chance(0.3)) server.StopLeader(cleanly: random.Chance(0.5));
            return;
        }

        var leading = Array.Find(cluster.Servers, static other => other.Leader is not null);
        if (leading is null)
        {
            server.StartLeader();
        }
        else if (random.Chance(0.05))
        {
            leading.StopLeader(cleanly: random.Chance(0.7));
            server.StartLeader();
        }
    }

    private SimulatedServer? Candidate()
    {
        var up = Array.FindAll(cluster.Servers, static server => server.IsUp);
        var voters = Array.FindAll(up, static server => server.Memory!.Mode == StoreMode.Voter);
        var choice = voters.Length > 0 ? voters : up;
        return choice.Length == 0 ? null : choice[random.Next(choice.Length)];
    }
}
