using System.Diagnostics;
using AkkaKv.Faults.Tests.Clients;
using AkkaKv.Faults.Tests.Faults;
using AkkaKv.Faults.Tests.Processes;
using Xunit.Abstractions;

namespace AkkaKv.Faults.Tests.Scenarios;

/// <summary>Networks that are cut and disks that are full: where the machine allows it, which takes root and the tool ip.</summary>
public sealed class MachineTests(ClusterFixture fixture, ITestOutputHelper output) : ScenarioBase(fixture, output)
{
    [Fact]
    public Task A_leader_that_is_cut_off_is_replaced_and_answers_with_no_old_value() => PlayAsync(async () =>
    {
        if (!Needs(Cluster.Network is not null, "networks to cut", Cluster.NoNetworkBecause))
            return;

        var leader = await Cluster.LeaderAsync();
        var others = Cluster.Others(leader).ToList();
        var key = NewKey();
        await SetAsync(leader, key, "old");
        foreach (var other in others)
        {
            Cluster.Network!.Cut(leader.Id, other.Id);
            Cluster.Network.Cut(other.Id, leader.Id);
        }

        await SetAsync(others[0], key, "new");
        await AssertValueAsync(others[1], key, "new");
        using var client = Connect(leader);
        var read = await client.AskAsync("GET", key);
        Assert.True(read.Kind == OutcomeKind.Refused, $"GET at the server that is cut off: {read}");

        await Cluster.HealAsync();
        await AssertEverywhereAsync(key, "new");
        await SetAsync(leader, key, "after");
        await AssertEverywhereAsync(key, "after");
    });

    [Fact]
    public Task On_full_disks_writes_are_refused_in_plain_words_and_reads_go_on_until_there_is_room() => PlayAsync(async () =>
    {
        if (!Needs(Cluster.HasSmallDisks, "small disks", Cluster.NoSmallDisksBecause))
            return;

        var key = NewKey();
        await SetAsync(Cluster.Servers[0], key, "before");
        var refused = await FillTwoAndWriteAsync(Cluster.Servers[0], async () =>
        {
            await AssertValueAsync(Cluster.Servers[0], key, "before");

            // One whose disk was full while the others still committed lacks those writes: it says so, or has the value.
            foreach (var server in Cluster.Servers.Skip(1))
            {
                using var client = Connect(server);
                var read = await client.AskAsync("GET", key);
                Assert.True(read.Kind == OutcomeKind.Refused || read.Reply?.Text == "before", $"GET at server {server.Id}: {read}");
            }
        });
        Assert.Equal("TRYAGAIN", refused.Prefix);
        Assert.Contains("full", refused.Reason, StringComparison.Ordinal);

        using var client = Connect(Cluster.Servers[0]);
        var start = Stopwatch.GetTimestamp();
        while (!(await client.AskAsync("SET", key, "after")).IsDone)
            Assert.True(Stopwatch.GetElapsedTime(start) < TestCluster.Patience, "There is room again, and still no write is taken.");
        await AssertEverywhereAsync(key, "after");
    });

    /// <summary>Writes until that is refused; what is written while the disks have just filled up may end in any way.</summary>
    private async Task<Outcome> FillTwoAndWriteAsync(ServerProcess server, Func<Task> onRefused)
    {
        using var first = SmallDisk.Fill(Cluster.Servers[1].DataDirectory);
        using var second = SmallDisk.Fill(Cluster.Servers[2].DataDirectory);
        using var client = Connect(server);
        var value = new string('x', 256 * 1024);
        for (var i = 0; i < 200; i++)
        {
            var outcome = await client.AskAsync("SET", $"large-{i % 8}", value);
            if (outcome.Kind == OutcomeKind.Refused)
            {
                await onRefused();
                return outcome;
            }

            // A segment that is dropped leaves room for another one.
            first.FillUp();
            second.FillUp();
        }

        throw new InvalidOperationException("Writes went on although two of three disks are full.");
    }
}
