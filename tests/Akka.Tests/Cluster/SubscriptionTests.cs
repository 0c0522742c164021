using Akka.Actor;
using Akka.Cluster;

namespace AkkaContract.Clustering;

public sealed class SubscriptionTests : ClusterNodes
{
    [Fact]
    public async Task A_subscriber_is_first_told_the_state()
    {
        var nodes = await StartCluster(2);
        var (recorder, mail) = Record(nodes[0]);

        Cluster.Get(nodes[0]).Subscribe(recorder, typeof(ClusterEvent.IMemberEvent));

        var state = Assert.IsType<ClusterEvent.CurrentClusterState>(await Next<object>(mail));
        Assert.Equal(2, state.Members.Count);
        var third = Start();
        await JoinTo(nodes[0], third);
        Assert.Equal(Cluster.Get(third).SelfAddress, (await Next<ClusterEvent.MemberJoined>(mail)).Member.Address);
        Assert.Equal(Cluster.Get(third).SelfAddress, (await Next<ClusterEvent.MemberUp>(mail)).Member.Address);
    }

    [Fact]
    public async Task A_subscriber_can_be_told_the_state_as_events()
    {
        var nodes = await StartCluster(2);
        var (recorder, mail) = Record(nodes[0]);

        Cluster.Get(nodes[0]).Subscribe(
            recorder, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.LeaderChanged));

        var first = await Next<ClusterEvent.MemberUp>(mail);
        var second = await Next<ClusterEvent.MemberUp>(mail);
        Assert.NotEqual(first.Member.Address, second.Member.Address);
        Assert.Equal(Cluster.Get(nodes[0]).State.Leader, (await Next<ClusterEvent.LeaderChanged>(mail)).Leader);
    }

    [Fact]
    public async Task Who_unsubscribes_is_told_nothing_more()
    {
        var node = (await StartCluster(1))[0];
        var cluster = Cluster.Get(node);
        var (gone, goneMail) = Record(node);
        var (stays, staysMail) = Record(node);
        cluster.Subscribe(gone, typeof(ClusterEvent.MemberUp));
        cluster.Subscribe(stays, typeof(ClusterEvent.MemberUp));
        await Next<ClusterEvent.CurrentClusterState>(goneMail);

        cluster.Unsubscribe(gone);
        var second = Start();
        await JoinTo(node, second);

        await Next<ClusterEvent.MemberUp>(staysMail);
        Assert.False(goneMail.TryRead(out _));
    }

    [Fact]
    public async Task The_state_is_sent_on_demand()
    {
        var node = (await StartCluster(1))[0];
        var (recorder, mail) = Record(node);

        Cluster.Get(node).SendCurrentClusterState(recorder);

        Assert.Single((await Next<ClusterEvent.CurrentClusterState>(mail)).Members);
    }

    [Fact]
    public async Task When_the_membership_ends_subscribers_are_told_of_the_end_and_of_every_removal()
    {
        var nodes = await StartCluster(2);
        var (recorder, mail) = Record(nodes[0]);
        var told = new TaskCompletionSource();
        Cluster.Get(nodes[0]).Subscribe(recorder, typeof(ClusterEvent.ClusterShuttingDown), typeof(ClusterEvent.MemberRemoved));

        // The end overtakes a subscription that is still under way, so the answer to it comes first.
        await Next<ClusterEvent.CurrentClusterState>(mail);
        CoordinatedShutdown.Get(nodes[0]).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "wait", async () =>
        {
            await told.Task.WaitAsync(Patience);
            return Akka.Done.Instance;
        });

        _ = Cluster.Get(nodes[0]).LeaveAsync();

        await Next<ClusterEvent.ClusterShuttingDown>(mail);
        await Next<ClusterEvent.MemberRemoved>(mail, removed => removed.Member.Address.Equals(Cluster.Get(nodes[0]).SelfAddress));
        told.SetResult();
        await nodes[0].WhenTerminated.WaitAsync(Patience);
    }

    [Fact]
    public async Task Only_events_of_the_cluster_can_be_subscribed_to()
    {
        var node = (await StartCluster(1))[0];
        var (recorder, _) = Record(node);

        Assert.Throws<ArgumentException>(() => Cluster.Get(node).Subscribe(recorder, typeof(string)));
    }
}
