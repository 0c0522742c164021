using Akka.Cluster;
using AkkaKv.TestSupport;

namespace AkkaContract.Clustering;

public sealed class JoiningTests : ClusterNodes
{
    [Fact]
    public async Task Three_nodes_that_join_the_same_one_see_each_other_up()
    {
        var nodes = await StartCluster(3);

        foreach (var node in nodes)
        {
            var cluster = Cluster.Get(node);
            Assert.True(cluster.IsUp);
            Assert.Equal(MemberStatus.Up, cluster.SelfMember.Status);
            var addresses = nodes.Select(n => Cluster.Get(n).SelfAddress).Order(Member.AddressOrdering);
            Assert.Equal(addresses, cluster.State.Members.Select(m => m.Address));
            Assert.Equal(cluster.State.Members.Min()!.Address, cluster.State.Leader);
        }

        var byAge = Cluster.Get(nodes[2]).State.Members.Order(Member.AgeOrdering).Select(m => m.Address);
        Assert.Equal(nodes.Select(n => Cluster.Get(n).SelfAddress), byAge);
    }

    [Fact]
    public async Task Nodes_that_start_together_with_the_same_seeds_form_one_cluster()
    {
        var ports = FreePorts.Take(3);
        var nodes = ports.Select(port => StartAt(port, Seeds(ports))).ToArray();

        await AllSee(3, nodes);
    }

    [Fact]
    public async Task Nodes_that_join_at_once_agree_on_the_oldest_whatever_the_order_of_their_addresses()
    {
        for (var round = 0; round < 5; round++)
        {
            // The first to join comes last by address, so that while nobody is Up each newcomer would be the leader.
            var ports = FreePorts.Take(3).OrderDescending().ToArray();
            var nodes = ports.Select(port => StartAt(port, Seeds(ports), "akka.cluster.min-nr-of-members = 2")).ToArray();

            await AllSee(3, nodes);

            var oldest = nodes.Select(node => Cluster.Get(node).State.Members.Order(Member.AgeOrdering).First().Address);
            Assert.Single(oldest.Distinct());
        }
    }

    [Fact]
    public async Task A_node_that_is_its_only_seed_founds_a_cluster()
    {
        var port = FreePorts.Take(1)[0];

        await AllSee(1, StartAt(port, Seeds(port)));
    }

    [Fact]
    public async Task A_node_that_is_no_seed_joins_through_the_seeds()
    {
        var ports = FreePorts.Take(2);
        var seed = StartAt(ports[0], Seeds(ports[0]));
        await AllSee(1, seed);

        await AllSee(2, seed, Start(Seeds(ports[0])));
    }

    [Fact]
    public async Task A_node_that_is_not_the_first_seed_founds_no_cluster()
    {
        var ports = FreePorts.Take(2);
        var second = StartAt(ports[1], Seeds(ports), "akka.cluster.seed-node-timeout = 200ms");
        var unsuccessful = Cluster.Get(second).JoinSeedNodesAsync(
            ports.Select(AddressAt), new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);

        await Assert.ThrowsAsync<ClusterJoinFailedException>(() => unsuccessful.WaitAsync(Patience));
        Assert.False(Cluster.Get(second).IsUp);
        Assert.Empty(Cluster.Get(second).State.Members);

        var first = StartAt(ports[0], Seeds(ports), "akka.cluster.seed-node-timeout = 200ms");
        await AllSee(2, first, second);
    }

    [Fact]
    public async Task Nobody_becomes_up_before_there_are_enough_members()
    {
        const string minimum = "akka.cluster.min-nr-of-members = 2";
        var first = Start(minimum);
        var (recorder, mail) = Record(first);
        Cluster.Get(first).Subscribe(recorder, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Cluster.Get(first).Join(Cluster.Get(first).SelfAddress);
        await Next<ClusterEvent.MemberJoined>(mail);
        Assert.Equal(MemberStatus.Joining, Cluster.Get(first).SelfMember.Status);
        Assert.False(Cluster.Get(first).IsUp);

        var second = Start(minimum);
        Cluster.Get(second).Join(Cluster.Get(first).SelfAddress);

        await AllSee(2, first, second);
    }

    [Fact]
    public async Task Roles_are_known_to_everybody_and_have_leaders_of_their_own()
    {
        var first = Start("akka.cluster.roles = [kv]");
        await JoinTo(first, first);
        var second = Start("akka.cluster.roles = [kv, other]");
        await JoinTo(first, second);
        await AllSee(2, first, second);

        var state = Cluster.Get(first).State;
        var ofSecond = state.Members.Single(m => m.Address.Equals(Cluster.Get(second).SelfAddress));
        Assert.True(ofSecond.HasRole("other"));
        Assert.Equal(["kv", "other"], state.AllRoles.Order());
        Assert.Equal(Cluster.Get(second).SelfAddress, state.RoleLeader("other"));
        Assert.Equal(state.Leader, state.RoleLeader("kv"));
        Assert.Null(state.RoleLeader("nobody's"));
        Assert.Equal(["kv", "other"], Cluster.Get(second).SelfRoles.Order());
    }

    [Fact]
    public async Task A_node_that_restarts_on_its_address_takes_the_place_of_its_predecessor()
    {
        var port = FreePorts.Take(1)[0];
        var first = (await StartCluster(1))[0];
        var predecessor = StartAt(port, Abrupt);
        await JoinTo(first, predecessor);
        await AllSee(2, first, predecessor);
        var uid = Cluster.Get(predecessor).SelfUniqueAddress.Uid;
        var (recorder, mail) = Record(first);
        Cluster.Get(first).Subscribe(recorder, typeof(ClusterEvent.IMemberEvent));
        await predecessor.Terminate().WaitAsync(Patience);

        var successor = StartAt(port);
        await JoinTo(first, successor);

        var removed = await Next<ClusterEvent.MemberRemoved>(mail);
        Assert.Equal(uid, removed.Member.UniqueAddress.Uid);
        Assert.Equal(MemberStatus.Down, removed.PreviousStatus);
        await AllSee(2, first, successor);
        Assert.NotEqual(uid, Cluster.Get(successor).SelfUniqueAddress.Uid);
    }

    [Fact]
    public async Task Who_waits_to_be_up_is_called_back_later_or_at_once()
    {
        var node = Start();
        var cluster = Cluster.Get(node);
        var later = new TaskCompletionSource();
        cluster.RegisterOnMemberUp(() => later.SetResult());
        Assert.False(later.Task.IsCompleted);

        cluster.Join(cluster.SelfAddress);

        await later.Task.WaitAsync(Patience);
        var caller = -1;
        cluster.RegisterOnMemberUp(() => caller = Environment.CurrentManagedThreadId);
        Assert.Equal(Environment.CurrentManagedThreadId, caller);
    }

    [Theory]
    [InlineData("off", false)]
    [InlineData("300ms", true)]
    public async Task Who_joins_while_a_member_is_unreachable_waits_or_is_let_in_provisionally(string weaklyUp, bool isLetIn)
    {
        var setting = $"akka.cluster.allow-weakly-up-members = {weaklyUp}";
        var nodes = await StartCluster(2, Abrupt, setting);
        var (recorder, mail) = Record(nodes[0]);
        Cluster.Get(nodes[0]).Subscribe(recorder, typeof(ClusterEvent.MemberWeaklyUp), typeof(ClusterEvent.MemberUp));
        var crashed = Cluster.Get(nodes[1]).SelfAddress;
        await nodes[1].Terminate();
        await Eventually(() => !Cluster.Get(nodes[0]).State.Unreachable.IsEmpty);

        var late = Cluster.Get(Start(Abrupt, setting));
        var joined = late.JoinAsync(Cluster.Get(nodes[0]).SelfAddress);
        if (isLetIn)
            await Next<ClusterEvent.MemberWeaklyUp>(mail, weak => weak.Member.Address.Equals(late.SelfAddress));
        else
            await Eventually(() => late.SelfMember.Status == MemberStatus.Joining);
        Cluster.Get(nodes[0]).Down(crashed);

        await Eventually(() => late.SelfMember.Status == MemberStatus.Up);
        await joined.WaitAsync(Patience);
        var next = await Next<ClusterEvent.IMemberEvent>(mail, change => change.Member.Address.Equals(late.SelfAddress));
        Assert.IsType<ClusterEvent.MemberUp>(next);
    }

    [Fact]
    public async Task Who_gives_up_waiting_to_be_up_learns_it_by_an_exception()
    {
        var node = Start();
        var nowhere = AddressAt(FreePorts.Take(1)[0]);
        using var token = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAsync<ClusterJoinFailedException>(() => Cluster.Get(node).JoinAsync(nowhere, token.Token).WaitAsync(Patience));
    }

    [Fact]
    public void A_node_that_has_not_joined_is_in_no_cluster()
    {
        var cluster = Cluster.Get(Start());

        Assert.Same(cluster, Cluster.Get(cluster.System));
        Assert.False(cluster.IsUp);
        Assert.False(cluster.IsTerminated);
        Assert.Empty(cluster.State.Members);
        Assert.Equal(MemberStatus.Removed, cluster.SelfMember.Status);
        Assert.Equal(cluster.SelfAddress, cluster.SelfUniqueAddress.Address);
    }
}
