using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

public sealed class CleanStopTests
{
    [Fact]
    public void A_clean_handover_waits_for_nothing()
    {
        var cluster = TestCluster.Running();
        cluster.Servers[0].StandDown();
        cluster.Servers[1].Lead();
        var reply = cluster.Put(2, "k", "v");
        cluster.Run(5);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
    }

    [Fact]
    public void A_server_that_stops_cleanly_with_its_leader_stays_until_the_next_leader_need_not_wait_for_it()
    {
        var cluster = TestCluster.Running();
        cluster.Run(500);
        var stopping = cluster.Servers[0].Replica!;
        cluster.Servers[0].StandDown();
        stopping.Stop();
        cluster.Run(50);
        Assert.False(stopping.HasStopped);
        Assert.Equal(ReplyStatus.Loading, cluster.Put(0, "k", "refused").Status);

        cluster.Servers[1].Lead();
        var reply = cluster.Put(2, "k", "v");
        cluster.Run(5);
        Assert.True(stopping.HasStopped);
        cluster.Servers[0].Kill();
        Assert.Equal(ReplyStatus.Committed, reply.Status);

        var next = cluster.Put(1, "k", "w");
        cluster.Run(5);
        Assert.Equal(ReplyStatus.Committed, next.Status);
    }

    [Fact]
    public void A_server_that_stops_cleanly_gets_no_lease_from_the_next_leader()
    {
        var cluster = TestCluster.Running();
        cluster.Servers[0].StandDown();
        cluster.Loses = static (from, mail) => from.Slot == 1 && mail is { To.Slot: 0, Message: Message.Replicate or Message.Heartbeat };
        cluster.Servers[0].Replica!.Stop();
        cluster.Servers[1].Lead();
        cluster.Run(300);
        cluster.Heal();
        cluster.Run(1);
        Assert.Null(cluster.LocalGet(0, "k"));
        cluster.Run(500);
        Assert.True(cluster.Servers[0].Replica!.HasStopped);
        Assert.Null(cluster.LocalGet(0, "k"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_server_that_stops_cleanly_and_is_followed_by_nobody_does_not_stay_for_long(int servers)
    {
        var cluster = TestCluster.Running(servers);
        cluster.Servers[0].StandDown();
        var stopping = cluster.Servers[0].Replica!;
        stopping.Stop();
        cluster.Run(servers == 1 ? 0 : (int)cluster.Settings(cluster.Servers[0].Id).LeaseWait.TotalMilliseconds + 1);
        Assert.True(stopping.HasStopped);
    }

    [Fact]
    public void A_follower_that_stops_cleanly_holds_up_no_write()
    {
        var cluster = TestCluster.Running();
        cluster.Servers[2].Replica!.Stop();
        cluster.Deliver();
        cluster.Servers[2].Kill();
        var reply = cluster.Put(1, "k", "v");
        cluster.Run(5);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
    }
}
