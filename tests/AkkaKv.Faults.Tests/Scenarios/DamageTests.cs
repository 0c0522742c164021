using System.Globalization;
using System.Text.RegularExpressions;
using AkkaKv.Faults.Tests.Clients;
using AkkaKv.Faults.Tests.Faults;
using AkkaKv.Faults.Tests.Processes;
using Xunit.Abstractions;

namespace AkkaKv.Faults.Tests.Scenarios;

public sealed partial class DamageTests(ClusterFixture fixture, ITestOutputHelper output) : ScenarioBase(fixture, output)
{
    private const int ExitDamaged = 3;

    [Fact]
    public Task A_server_refuses_damaged_data_and_is_filled_again_by_the_others() => PlayAsync(async () =>
    {
        var server = Cluster.Servers[2];
        var keys = Enumerable.Range(0, 20).Select(_ => NewKey()).ToList();
        foreach (var key in keys)
            await SetAsync(server, key, "kept");
        Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(30)));

        var file = FileDamage.Files(server.DataDirectory).First(name => name.EndsWith(".wal", StringComparison.Ordinal));
        FileDamage.FlipBit(file, 0.5, 0);
        server.Start();
        Assert.Equal(ExitDamaged, await server.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(Path.GetFileName(file), server.Errors, StringComparison.Ordinal);
        Assert.Contains("offset", server.Errors, StringComparison.Ordinal);

        server.Start(discardDamaged: true);
        await Cluster.WaitUntilReadyAsync();
        foreach (var key in keys)
            await AssertValueAsync(server, key, "kept");
        await SetAsync(server, keys[0], "again");
        await AssertEverywhereAsync(keys[0], "again");
    });

    /// <summary>Hole H33: nothing is wrong with the files but their age, so nobody can tell but a leader who knew them younger.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_server_notices_that_an_older_copy_of_its_files_was_put_back(bool isOlderThanTheEpoch) => PlayAsync(async () =>
    {
        const string Reason = "an older copy of its files was put back";
        await using var workload = new Workload(Cluster.Servers, NewKey(), clients: 3, seed: 11);
        ServerProcess? ended = null;
        for (var attempt = 0; attempt < 3 && ended is null; attempt++)
            ended = await PutOlderCopyBackAsync(isOlderThanTheEpoch);
        Assert.True(ended is not null, "The leader changed under every attempt.");
        Assert.Contains(Reason, ended.Errors, StringComparison.Ordinal);
        Assert.Contains(ended.DataDirectory, ended.Errors, StringComparison.Ordinal);

        // Whoever starts it again without having read that gets the same answer, with no leader asked.
        ended.Start();
        Assert.Equal(ExitDamaged, await ended.WaitForExitAsync(TestCluster.Patience));
        Assert.Contains(Reason, ended.Errors, StringComparison.Ordinal);

        ended.Start(discardDamaged: true);
        await Cluster.WaitUntilReadyAsync();
        var setAside = Assert.Single(Directory.GetDirectories(ended.DataDirectory, "damaged-*"));
        Assert.NotEqual(IdentityIn(setAside), IdentityIn(ended.DataDirectory));
        await AssertSoundAsync(workload);
        var key = NewKey();
        await SetAsync(ended, key, "after");
        await AssertEverywhereAsync(key, "after");
    });

    /// <summary>Under a server that does not lead, once the leader knows that it acknowledged more than the copy has.</summary>
    /// <returns>The server, which has ended; null if the leader went meanwhile, and what it knew with it.</returns>
    private async Task<ServerProcess?> PutOlderCopyBackAsync(bool isOlderThanTheEpoch)
    {
        var leader = await Cluster.LeaderAsync();
        var server = Cluster.Others(leader).First();
        Assert.Equal(0, await server.StopAsync(TestCluster.Patience));
        using var copy = new OlderCopy(server.DataDirectory);
        await Cluster.HealAsync();
        if (isOlderThanTheEpoch)
        {
            Assert.Equal(0, await leader.StopAsync(TestCluster.Patience));
            await Cluster.HealAsync();
        }

        leader = await Cluster.LeaderAsync();
        if (leader == server)
            return null;

        var (epoch, last, _) = await AskAsync(leader, server);
        var known = (Epoch: epoch, Last: last, Acknowledged: 0L);
        while (known.Acknowledged <= last && known.Epoch == epoch)
        {
            await SetAsync(server, NewKey(), "acknowledged");
            known = await AskAsync(leader, server);
        }

        server.Kill();
        copy.PutBack();
        server.Start();
        try
        {
            await server.WaitUntilReadyAsync(TestCluster.Patience);
        }
        catch (TimeoutException) when (!server.IsRunning)
        {
            Assert.Equal(ExitDamaged, await server.WaitForExitAsync(TestCluster.Patience));
            return server;
        }

        Assert.NotEqual(epoch, (await AskAsync(leader, server)).Epoch);
        return null;
    }

    /// <summary>The epoch, the last index in the log of <paramref name="leader"/>, and how far it knows the disk of another.</summary>
    private static async Task<(string Epoch, long Last, long Acknowledged)> AskAsync(ServerProcess leader, ServerProcess other)
    {
        using var client = Connect(leader);
        var outcome = await client.AskAsync("INFO", "akkakv");
        Assert.True(outcome.IsDone, $"INFO at server {leader.Id}: {outcome}");
        var facts = Fact().Matches(outcome.Reply!.Text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        return (facts["epoch"], Number("last_log_index"), Number($"peer{other.Id}"));

        long Number(string name) => long.Parse(facts[name], CultureInfo.InvariantCulture);
    }

    private static string IdentityIn(string directory) => File.ReadAllText(Path.Combine(directory, "identity"));

    [GeneratedRegex(@"^(\w+):(?:match=)?([^,\r\n]*)", RegexOptions.Multiline)]
    private static partial Regex Fact();
}
