using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster;
using AkkaContract.Remote;
using AkkaKv.TestSupport;

namespace AkkaContract.Clustering;

public sealed class DepartureTests : ClusterNodes
{
    [Fact]
    public async Task A_member_that_leaves_goes_through_every_station_and_its_system_ends()
    {
        var nodes = await StartCluster(3);
        var (recorder, mail) = Record(nodes[0]);
        Cluster.Get(nodes[0]).Subscribe(recorder, ClusterEvent.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));
        var leaver = Cluster.Get(nodes[2]);
        var removed = new TaskCompletionSource();
        leaver.RegisterOnMemberRemoved(() => removed.SetResult());

        await leaver.LeaveAsync().WaitAsync(Patience);

        Assert.Equal(leaver.SelfAddress, (await Next<ClusterEvent.MemberLeft>(mail)).Member.Address);
        Assert.Equal(leaver.SelfAddress, (await Next<ClusterEvent.MemberExited>(mail)).Member.Address);
        Assert.Equal(MemberStatus.Exiting, (await Next<ClusterEvent.MemberRemoved>(mail)).PreviousStatus);
        await removed.Task.WaitAsync(Patience);
        Assert.True(leaver.IsTerminated);
        await nodes[2].WhenTerminated.WaitAsync(Patience);
        await AllSee(2, nodes[0], nodes[1]);
        Assert.IsType<CoordinatedShutdown.ClusterLeavingReason>(CoordinatedShutdown.Get(nodes[2]).ShutdownReason);
    }

    [Fact]
    public async Task A_system_that_is_terminated_leaves_first()
    {
        var nodes = await StartCluster(2);
        var (recorder, mail) = Record(nodes[0]);
        Cluster.Get(nodes[0]).Subscribe(recorder, typeof(ClusterEvent.MemberRemoved));

        await nodes[1].Terminate().WaitAsync(Patience);

        Assert.Equal(MemberStatus.Exiting, (await Next<ClusterEvent.MemberRemoved>(mail)).PreviousStatus);
        await AllSee(1, nodes[0]);
    }

    [Fact]
    public async Task The_last_member_can_leave()
    {
        var node = (await StartCluster(1))[0];

        await Cluster.Get(node).LeaveAsync().WaitAsync(Patience);

        await node.WhenTerminated.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_crashed_member_is_unreachable_until_the_majority_downs_it()
    {
        var nodes = await StartCluster(3, KeepMajority, Abrupt);
        var (recorder, mail) = Record(nodes[0]);
        Cluster.Get(nodes[0]).Subscribe(recorder, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.UnreachableMember));
        var crashed = Cluster.Get(nodes[1]).SelfAddress;

        await nodes[1].Terminate().WaitAsync(Patience);

        Assert.Equal(crashed, (await Next<ClusterEvent.UnreachableMember>(mail)).Member.Address);
        Assert.Equal(crashed, (await Next<ClusterEvent.MemberDowned>(mail)).Member.Address);
        var removed = await Next<ClusterEvent.MemberRemoved>(mail);
        Assert.Equal(crashed, removed.Member.Address);
        Assert.Equal(MemberStatus.Down, removed.PreviousStatus);
        await AllSee(2, nodes[0], nodes[2]);
    }

    [Fact]
    public async Task Without_a_downing_provider_a_crashed_member_stays_unreachable()
    {
        var nodes = await StartCluster(2, Abrupt);
        var (recorder, mail) = Record(nodes[0]);
        Cluster.Get(nodes[0]).Subscribe(recorder, typeof(ClusterEvent.IReachabilityEvent));

        await nodes[1].Terminate().WaitAsync(Patience);
        await Next<ClusterEvent.UnreachableMember>(mail);

        Assert.Equal(2, Cluster.Get(nodes[0]).State.Members.Count);
        Assert.Equal(Cluster.Get(nodes[1]).SelfAddress, Assert.Single(Cluster.Get(nodes[0]).State.Unreachable).Address);

        Cluster.Get(nodes[0]).Down(Cluster.Get(nodes[1]).SelfAddress);
        await AllSee(1, nodes[0]);
    }

    [Fact]
    public async Task The_side_with_the_lowest_address_survives_when_two_are_left()
    {
        var nodes = await StartCluster(2, KeepMajority, Abrupt);
        var lowest = nodes.MinBy(node => Cluster.Get(node).SelfAddress, Member.AddressOrdering)!;
        var highest = nodes.Single(node => node != lowest);

        await highest.Terminate().WaitAsync(Patience);

        await AllSee(1, lowest);
        Assert.False(lowest.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task The_smaller_side_downs_itself()
    {
        var nodes = await StartCluster(3, KeepMajority, Abrupt);

        await Task.WhenAll(nodes[1].Terminate(), nodes[2].Terminate()).WaitAsync(Patience);

        await nodes[0].WhenTerminated.WaitAsync(Patience);
        Assert.IsType<CoordinatedShutdown.ClusterDowningReason>(CoordinatedShutdown.Get(nodes[0]).ShutdownReason);
    }

    [Fact]
    public async Task A_member_that_is_downed_while_alive_shuts_itself_down()
    {
        var nodes = await StartCluster(3);
        var downed = Cluster.Get(nodes[2]);

        Cluster.Get(nodes[0]).Down(downed.SelfAddress);

        await nodes[2].WhenTerminated.WaitAsync(Patience);
        Assert.True(downed.IsTerminated);
        Assert.IsType<CoordinatedShutdown.ClusterDowningReason>(CoordinatedShutdown.Get(nodes[2]).ShutdownReason);
        await AllSee(2, nodes[0], nodes[1]);
    }

    [Fact]
    public async Task A_watched_actor_is_terminated_only_when_its_crashed_node_is_removed()
    {
        await using Cable toHere = new(), toThere = new();
        var (here, there) = (StartBehind(toHere), StartBehind(toThere));
        await JoinTo(here, here);
        await JoinTo(here, there);
        var lost = Cluster.Get(there).SelfAddress;
        var (watched, _) = Record(there);
        var (recorder, mail) = Record(here);
        var remote = await here.ActorSelection(new RootActorPath(lost) / watched.Path.Elements).ResolveOne(Patience);
        here.ActorOf(Props.Create(() => new Watcher(remote, recorder)));
        Cluster.Get(here).Subscribe(recorder, typeof(ClusterEvent.IReachabilityEvent));
        await Next<string>(mail, told => told == "watching");

        // Silence may pass.
        toHere.Hold();
        toThere.Hold();
        Assert.DoesNotContain("terminated", await ToldBefore<ClusterEvent.UnreachableMember>(mail));
        toHere.Release();
        toThere.Release();
        Assert.DoesNotContain("terminated", await ToldBefore<ClusterEvent.ReachableMember>(mail));

        // This one does not.
        toHere.Cut();
        toThere.Cut();
        Assert.DoesNotContain("terminated", await ToldBefore<ClusterEvent.UnreachableMember>(mail));
        Assert.Contains(lost, Cluster.Get(here).State.Members.Select(member => member.Address));
        Cluster.Get(here).Down(lost);

        await Next<string>(mail, told => told == "terminated");
        Assert.DoesNotContain(lost, Cluster.Get(here).State.Members.Select(member => member.Address));
    }

    /// <summary>A node that others reach over the cable only.</summary>
    private ActorSystem StartBehind(Cable cable)
    {
        cable.Target = FreePorts.Take(1)[0];
        return StartAt(
            cable.Target, Abrupt, $$"""akka.remote.dot-netty.tcp { public-hostname = "127.0.0.1", public-port = {{cable.Port}} }""");
    }

    private static async Task<List<object>> ToldBefore<T>(ChannelReader<object> mail)
    {
        var told = new List<object>();
        await Next<object>(mail, message =>
        {
            told.Add(message);
            return message is T;
        });
        return told;
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef watched, IActorRef recorder)
        {
            Context.Watch(watched);
            recorder.Tell("watching");
            Receive<Terminated>(_ => recorder.Tell("terminated"));
        }
    }
}
