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
