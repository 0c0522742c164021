using AkkaKv.Benchmarks.Commands;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Scale;

/// <summary>How long a killed server takes to serve again by the number of keys, alone and when all were killed.</summary>
internal sealed class RestartSweep : Sweep
{
    public override string Name => "restart";

    public override string XLabel => "keys";

    public override IReadOnlyList<int> Sizes => [1_000, 10_000, 100_000, 1_000_000, 5_000_000];

    public override IReadOnlyList<Picture> Pictures =>
        [new("restart", "Time to restart by the number of keys", "seconds to ready", "one server s", "all three s")];

    public override async Task RunAsync(
        LocalCluster cluster, IReadOnlyList<int> sizes, LoadOptions options, Action<ScaleResult> found)
    {
        options = options with { Servers = cluster.Servers };
        var empty = MemoryMegabytes(cluster);
        var data = new Dataset(sizes[0], Workload.ValueBytes);
        foreach (var keys in sizes)
        {
            data.Grow(keys);
            var fill = await LoadCommand.FillAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var follower = await cluster.FindFollowerAsync().ConfigureAwait(false);
            await cluster.KillAsync(follower).ConfigureAwait(false);
            cluster.Start(follower);
            var one = await cluster.WaitUntilReadyAsync(follower).ConfigureAwait(false);
            var memory = cluster[follower].Memory / 1e6;

            for (var i = 0; i < cluster.Servers.Length; i++)
                await cluster.KillAsync(i).ConfigureAwait(false);
            for (var i = 0; i < cluster.Servers.Length; i++)
                cluster.Start(i);
            var all = TimeSpan.Zero;
            for (var i = 0; i < cluster.Servers.Length; i++)
                all += await cluster.WaitUntilReadyAsync(i).ConfigureAwait(false);

            var values = new Dictionary<string, double>
            {
                ["one server s"] = one.TotalSeconds,
                ["all three s"] = all.TotalSeconds,
                ["memory after the restart MB"] = memory,
                ["disk of a server MB"] = cluster.DiskBytes(follower) / 1e6,
            };
            if (keys >= EnoughKeys)
                values[BytesEach] = (memory - empty) * 1e6 / keys;
            found(Result(keys, values, fill));
        }
    }
}
