using AkkaKv.Faults.Tests.Faults;
using Xunit.Abstractions;

namespace AkkaKv.Faults.Tests.Scenarios;

public sealed class DamageTests(ClusterFixture fixture, ITestOutputHelper output) : ScenarioBase(fixture, output)
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
}
