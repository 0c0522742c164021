using AkkaKv.Faults.Tests.Clients;
using AkkaKv.Faults.Tests.Processes;
using Xunit.Abstractions;

namespace AkkaKv.Faults.Tests.Scenarios;

public sealed class CrashTests(ClusterFixture fixture, ITestOutputHelper output) : ScenarioBase(fixture, output)
{
    [Fact]
    public Task What_is_set_at_one_server_is_read_at_the_others() => PlayAsync(async () =>
    {
        foreach (var server in Cluster.Servers)
        {
            var key = NewKey();
            for (var i = 0; i < 20; i++)
            {
                await SetAsync(server, key, $"{i}");
                await AssertEverywhereAsync(key, $"{i}");
            }
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task A_killed_server_is_not_missed_and_catches_up(int id) => PlayAsync(async () =>
    {
        var killed = Cluster.Servers[id - 1];
        var key = NewKey();
        await SetAsync(killed, key, "before");
        killed.Kill();
        foreach (var other in Cluster.Others(killed))
        {
            await SetAsync(other, key, $"during {other.Id}");
            foreach (var reader in Cluster.Others(killed))
                await AssertValueAsync(reader, key, $"during {other.Id}");
        }

        killed.Start();
        await Cluster.WaitUntilReadyAsync();
        await AssertValueAsync(killed, key, $"during {Cluster.Others(killed).Last().Id}");
        await SetAsync(killed, key, "after");
        await AssertEverywhereAsync(key, "after");
    });

    [Fact]
    public Task A_power_cut_under_load_loses_no_acknowledged_write() => PlayAsync(async () =>
    {
        await using var workload = new Workload(Cluster.Servers, NewKey(), clients: 6, seed: 3);
        await UntilDoneAsync(workload, 500);
        foreach (var server in Cluster.Servers)
            server.Kill();
        await Cluster.HealAsync();
        await UntilDoneAsync(workload, workload.Done + 100);
        await AssertSoundAsync(workload);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task One_server_alone_refuses_writes_and_never_answers_with_an_old_value(bool isLeader) => PlayAsync(async () =>
    {
        var leader = await Cluster.LeaderAsync();
        var alone = isLeader ? leader : Cluster.Others(leader).First();
        var key = NewKey();
        await SetAsync(alone, key, "old");
        await SetAsync(Cluster.Others(alone).First(), key, "new");
        foreach (var server in Cluster.Others(alone))
            server.Kill();

        // Until it knows that it is alone it may put a write into its log, and then it cannot say any more that it did not.
        while (await alone.IsReadyAsync())
            await Task.Delay(10);
        using var writer = Connect(alone);
        using var reader = Connect(alone);
        var reading = reader.AskAsync("GET", key);
        var write = await writer.AskAsync("SET", key, "never");
        Assert.Equal(OutcomeKind.Refused, write.Kind);
        Assert.Contains(write.Prefix, (string[])["NOREPLICAS", "TRYAGAIN"]);
        var read = await reading;
        Assert.True(read.Kind == OutcomeKind.Refused || read.Reply?.Text == "new", $"GET: {read}");

        await Cluster.HealAsync();
        await AssertEverywhereAsync(key, "new");
        await SetAsync(alone, key, "again");
        await AssertEverywhereAsync(key, "again");
    });

    /// <summary>Two that live are a majority, whoever they are and however they came to live.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    public Task One_of_two_that_were_killed_comes_back_and_the_other_is_not_waited_for(int survivor, int back) => PlayAsync(async () =>
    {
        var alive = Cluster.Servers[survivor - 1];
        var returning = Cluster.Servers[back - 1];
        var key = NewKey();
        await SetAsync(alive, key, "before");
        foreach (var server in Cluster.Others(alive))
            server.Kill();
        while (await alive.IsReadyAsync())
            await Task.Delay(10);

        returning.Start();
        await Task.WhenAll(alive.WaitUntilReadyAsync(TestCluster.Patience), returning.WaitUntilReadyAsync(TestCluster.Patience));
        await AssertValueAsync(returning, key, "before");
        await SetAsync(returning, key, "after");
        await AssertValueAsync(alive, key, "after");

        await Cluster.HealAsync();
        await AssertEverywhereAsync(key, "after");
    });

    private static async Task UntilDoneAsync(Workload workload, long operations)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (workload.Done < operations)
            await Task.Delay(10, limit.Token);
    }
}
