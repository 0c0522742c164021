namespace AkkaKv.Core.Tests.Replication;

public sealed class ReadinessTests
{
    [Fact]
    public void A_leader_that_hears_only_itself_is_not_ready()
    {
        var cluster = TestCluster.Running();
        cluster.Run(300);
        Assert.True(cluster.Servers[0].Replica!.Status.Ready);

        cluster.Isolate(0);
        cluster.Run(600);
        Assert.False(cluster.Servers[0].Replica!.Status.Ready);

        cluster.Heal();
        cluster.Run(600);
        Assert.True(cluster.Servers[0].Replica!.Status.Ready);
    }

    [Fact]
    public void A_write_at_a_leader_that_is_no_longer_ready_was_certainly_not_executed()
    {
        var cluster = TestCluster.Running();
        cluster.Put(0, "key", "before");
        cluster.Run(300);
        cluster.Isolate(0);
        for (var i = 0; cluster.Servers[0].Replica!.Status.Ready; i++)
        {
            Assert.InRange(i, 0, 600);
            cluster.Run(1);
        }

        var alone = cluster.Put(0, "key", "alone");
        cluster.Run(6_000);
        Assert.Equal(ReplyStatus.TryAgain, alone.Status);

        cluster.Heal();
        cluster.Run(3_000);
        var after = cluster.Put(0, "key", "after");
        cluster.Run(1_000);
        Assert.Equal(ReplyStatus.Committed, after.Status);
    }

    /// <summary>It is heard at once, and has to wait for the leases of the one that died.</summary>
    [Fact]
    public void Nobody_is_ready_before_the_new_leader_commits()
    {
        var cluster = TestCluster.Running();
        cluster.Run(300);
        cluster.Servers[0].Kill();
        cluster.Servers[1].Lead();
        var heard = 0;
        while (!cluster.Servers[1..].Any(static server => server.Replica!.Status is { Ready: true, Leader.Slot: 1 }))
        {
            Assert.InRange(heard, 0, 1_000);
            cluster.Run(1);
            if (cluster.Servers[2].Replica!.Status.Leader?.Slot == 1) heard++;
        }

        Assert.True(heard > 100, $"ready after {heard} ms under the new leader");
        Assert.NotEqual(LogIndex.Zero, cluster.Servers[1].Leader!.CommitIndex);
    }

    /// <summary>What was ready before is asked again at once, before anything else has happened.</summary>
    [Fact]
    public void A_server_that_has_slept_is_not_ready()
    {
        var cluster = TestCluster.Running();
        cluster.Run(300);

        cluster.Clock.Now += TimeSpan.FromSeconds(3);

        Assert.All(cluster.Servers, static server => Assert.False(server.Replica!.Status.Ready));
    }
}
