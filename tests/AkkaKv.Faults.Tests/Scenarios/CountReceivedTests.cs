using AkkaKv.Faults.Tests.Faults;
using AkkaKv.Faults.Tests.Processes;
using Xunit.Abstractions;

namespace AkkaKv.Faults.Tests.Scenarios;

/// <summary>The servers as <c>count-received = on</c> makes them: a lease holder acknowledges what its disk does not have yet.</summary>
[Collection(ClusterGroup.Name)]
public sealed class CountReceivedTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Clients_see_one_consistent_map_when_memory_counts_for_lease_holders()
    {
        await using var cluster = await TestCluster.StartAsync(new TestClusterOptions(Setting: "count-received = on"));
        var run = new MixedRun(cluster, seed: 8, clients: 4, output.WriteLine);
        await run.RunAsync(TimeSpan.FromMinutes(2), [FaultKind.KillFollower, FaultKind.KillLeader, FaultKind.KillAll], strikes: 3);
        output.WriteLine(run.Report());
        cluster.HasFailed = run.Violations.Count > 0;
        Assert.Empty(run.Violations);
    }
}
