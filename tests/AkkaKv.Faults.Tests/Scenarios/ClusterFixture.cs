using AkkaKv.Faults.Tests.Clients;
using AkkaKv.Faults.Tests.Processes;
using Xunit.Abstractions;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace AkkaKv.Faults.Tests.Scenarios;

/// <summary>
/// One cluster for all scenarios: each finds it well, and it is healed after each. Where the machine allows it, its network can be
/// cut and the disks of two servers are small; the first keeps its data on a real disk.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    internal TestCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await TestCluster.StartAsync(new TestClusterOptions(Network: true, SmallDisks: 2));

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>Scenarios on one cluster.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterGroup : ICollectionFixture<ClusterFixture>
{
    public const string Name = "cluster";
}

/// <summary>What scenarios have in common.</summary>
[Collection(ClusterGroup.Name)]
public abstract class ScenarioBase(ClusterFixture fixture, ITestOutputHelper output)
{
    /// <summary>Longer than the request-timeout of the servers: they answer first, if only that they cannot.</summary>
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(15);

    private static int _keys;

    private protected TestCluster Cluster => fixture.Cluster;

    private protected ITestOutputHelper Output => output;

    /// <summary>Runs a scenario; when it fails, the logs of the servers are kept and named.</summary>
    private protected async Task PlayAsync(Func<Task> scenario)
    {
        try
        {
            await Cluster.HealAsync();
            await scenario();
            await Cluster.HealAsync();
        }
        catch
        {
            Cluster.HasFailed = true;
            output.WriteLine($"The logs of the servers are in {Cluster.Folder}");
            throw;
        }
    }

    /// <summary>Says why a scenario is not played on this machine, where it is not.</summary>
    private protected bool Needs(bool isThere, string what, string because)
    {
        if (!isThere)
            output.WriteLine($"Not tried, because there are no {what}: {because}");
        return isThere;
    }

    private protected static KvClient Connect(ServerProcess server) => new(server.Host, server.ClientPort, ClientTimeout);

    /// <summary>A key that no other scenario has.</summary>
    private protected static string NewKey() => $"scenario-{Interlocked.Increment(ref _keys)}";

    private protected static async Task SetAsync(ServerProcess server, string key, string value)
    {
        using var client = Connect(server);
        var outcome = await client.AskAsync("SET", key, value);
        Assert.True(outcome.IsDone, $"SET {key} at server {server.Id}: {outcome}");
    }

    private protected static async Task AssertValueAsync(ServerProcess server, string key, string value)
    {
        using var client = Connect(server);
        var outcome = await client.AskAsync("GET", key);
        Assert.True(outcome.IsDone, $"GET {key} at server {server.Id}: {outcome}");
        Assert.Equal(value, outcome.Reply!.Text);
    }

    private protected async Task AssertEverywhereAsync(string key, string value)
    {
        foreach (var server in Cluster.Servers)
            await AssertValueAsync(server, key, value);
    }

    /// <summary>Asserts that every reply of a load can be explained and that nothing that it was promised is lost.</summary>
    private protected async Task AssertSoundAsync(Workload workload)
    {
        await workload.StopAsync();
        await Cluster.HealAsync();
        Assert.True(workload.Done > 0, "The load did nothing.");
        Assert.Empty(await Verification.CheckAsync(Cluster.Servers, workload));
    }
}
