using AkkaKv.Faults.Tests.Clients;
using AkkaKv.Faults.Tests.Faults;
using AkkaKv.Faults.Tests.Processes;
using Xunit.Abstractions;

namespace AkkaKv.Faults.Tests.Scenarios;

public sealed class PauseTests(ClusterFixture fixture, ITestOutputHelper output) : ScenarioBase(fixture, output)
{
    [Fact]
    public Task A_frozen_leader_wakes_without_an_old_value_and_without_a_lost_write() => PlayAsync(async () =>
    {
        var frozen = await Cluster.LeaderAsync();
        var others = Cluster.Others(frozen).ToList();
        var key = NewKey();
        await SetAsync(frozen, key, "old");
        frozen.Freeze();
        await SetAsync(others[0], key, "new");
        await AssertValueAsync(others[1], key, "new");

        // Asked while it sleeps: its answer is the first thing that it does.
        using var client = Connect(frozen);
        var asked = client.AskAsync("GET", key);
        frozen.Thaw();
        var read = await asked;
        Assert.True(!read.IsDone || read.Reply!.Text == "new", $"GET at the server that woke: {read}");

        // The others have taken it out. It joins anew when it hears of that, and until then may well look ready.
        await client.WaitUntilClosedAsync(TestCluster.Patience);
        await Cluster.WaitUntilReadyAsync();
        await AssertEverywhereAsync(key, "new");
        await SetAsync(frozen, key, "after");
        await AssertEverywhereAsync(key, "after");
    });

    [Fact]
    public Task A_frozen_follower_holds_up_nobody_for_long_and_wakes_without_an_old_value() => PlayAsync(async () =>
    {
        var leader = await Cluster.LeaderAsync();
        var frozen = Cluster.Others(leader).First();
        var key = NewKey();
        await SetAsync(frozen, key, "old");
        frozen.Freeze();
        await SetAsync(leader, key, "new");
        using var client = Connect(frozen);
        var asked = client.AskAsync("GET", key);
        frozen.Thaw();
        var read = await asked;
        Assert.True(!read.IsDone || read.Reply!.Text == "new", $"GET at the server that woke: {read}");
    });

    [Fact]
    public Task Restarting_each_server_in_turn_fails_no_request_at_the_others() => PlayAsync(async () =>
    {
        await using var probe = new StallProbe(Cluster.Servers);
        foreach (var server in Cluster.Servers)
        {
            probe.Restart();
            Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(30)));
            server.Start();
            await Cluster.WaitUntilReadyAsync();
            Assert.Equal(0, probe.Failures(Cluster.Others(server)));
        }
    });

    [Fact]
    public Task Clients_in_the_middle_of_several_faults_see_one_consistent_map() => PlayAsync(async () =>
    {
        List<FaultKind> faults = [FaultKind.KillLeader, FaultKind.PauseLeader, FaultKind.PauseFollower, FaultKind.KillAll];
        if (Needs(Cluster.Network is not null, "networks to cut", Cluster.NoNetworkBecause)) faults.Add(FaultKind.IsolateFollower);
        var run = new MixedRun(Cluster, seed: 7, clients: 4, Output.WriteLine);
        await run.RunAsync(TimeSpan.FromMinutes(2), faults, strikes: faults.Count);
        Output.WriteLine(run.Report());
        Assert.Empty(run.Violations);
    });

}
