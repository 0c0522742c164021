using AkkaKv.Core.Tests.State;

namespace AkkaKv.Core.Tests.Replication;

/// <summary>
/// Short random runs: messages lost, repeated and reordered, servers killed and restarted, leaders started anywhere. The simulation
/// does this at length; these say at once that something broke.
/// </summary>
public sealed class ChaosTests
{
    public static TheoryData<int, bool> Seeds
    {
        get
        {
            var seeds = new TheoryData<int, bool>();
            for (var seed = 1; seed <= 60; seed++) seeds.Add(seed, seed % 2 == 0);
            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_increment_counts_once_through_losses_crashes_and_rival_leaders(int seed, bool countReceived)
    {
        var random = new Prng((ulong)seed);
        var cluster = TestCluster.Running(3, settings => settings with { CountReceived = countReceived });
        cluster.Chaos = random;
        var replies = new List<TestReply>();
        var seen = 0L;
        for (var step = 0; step < 120; step++)
        {
            Disturb(cluster, random);
            var slot = random.Below(3);
            if (cluster.Servers[slot].IsRunning) replies.Add(cluster.Submit(slot, static writer => writer.IncrementBy("n"u8, 1)));
            seen = Read(cluster, replies, seen);
            cluster.Run(random.Below(150));
            seen = Read(cluster, replies, seen);
        }

        Heal(cluster);
        var last = cluster.Submit(0, static writer => writer.IncrementBy("n"u8, 0));
        cluster.Run(5000);

        Assert.Equal(ReplyStatus.Committed, last.Status);
        var certain = replies.Where(static reply => reply.Status == ReplyStatus.Committed).Select(static reply => reply.Integer).ToList();
        var possible = replies.Count(static reply => reply.Status is null or ReplyStatus.Committed or ReplyStatus.Uncertain);
        Assert.Equal(certain.Count, certain.Distinct().Count());
        Assert.InRange(last.Integer, certain.Count, possible);
        Assert.NotEmpty(certain);
        for (var slot = 0; slot < 3; slot++) Assert.Equal($"{last.Integer}", cluster.LocalGet(slot, "n"));
    }

    /// <summary>Whatever was answered or read anywhere is seen by every read that begins afterwards.</summary>
    private static long Read(TestCluster cluster, List<TestReply> replies, long seen)
    {
        foreach (var reply in replies)
        {
            if (reply.Status == ReplyStatus.Committed) seen = Math.Max(seen, reply.Integer);
        }

        foreach (var server in cluster.Servers)
        {
            if (!server.IsRunning || cluster.LocalGet(server.Id.Slot, "n") is not { } text) continue;
            var value = text == "(none)" ? 0 : long.Parse(text);
            Assert.True(seen <= value, $"{server.Id} says {value} after {seen} was seen.");
            seen = value;
        }

        return seen;
    }

    private static void Disturb(TestCluster cluster, Prng random)
    {
        var server = cluster.Servers[random.Below(3)];
        switch (random.Below(13))
        {
            case 0:
                server.Kill();
                server.Start();
                break;
            case 1:
                if (server.IsRunning) server.Lead();
                break;
            case 2:
                cluster.Loses = (_, _) => random.Below(100) < 20;
                break;
            case 3:
                cluster.Isolate(server.Id.Slot);
                break;
            case 4:
                server.DiskHangs = !server.DiskHangs;
                break;
            case 5:
                if (server.IsRunning && !server.DiskHangs) server.TakeSnapshot();
                break;
            case 6:
                Wipe(cluster, server);
                break;
            default:
                cluster.Heal();
                break;
        }

        if (!Array.Exists(cluster.Servers, static each => each.Leader is not null)) cluster.Servers[random.Below(3)].Lead();
    }

    /// <summary>Loses a disk, if all others are whole.</summary>
    private static void Wipe(TestCluster cluster, TestServer server)
    {
        if (Array.Exists(cluster.Servers, other => other != server && other.Store.Mode == StoreMode.Blank)) return;
        server.Kill();
        server.Store.Wipe(cluster.NewStore());
        server.Start();
    }

    private static void Heal(TestCluster cluster)
    {
        cluster.Chaos = null;
        cluster.Heal();
        foreach (var server in cluster.Servers)
        {
            server.DiskHangs = false;
            if (server.Leader is not null) server.StandDown();
        }

        cluster.Run(100);
        var voter = Array.Find(cluster.Servers, static server => server.Store.Mode == StoreMode.Voter)!;
        voter.Lead();
        cluster.Run(10_000);
    }
}
