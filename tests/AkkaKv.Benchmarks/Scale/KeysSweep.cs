using AkkaKv.Benchmarks.Commands;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Scale;

/// <summary>Throughput and memory by the number of keys, with 64 connections and values of 100 bytes.</summary>
internal sealed class KeysSweep : Sweep
{
    private const int Connections = 64;

    public override string Name => "keys";

    public override string XLabel => "keys";

    public override IReadOnlyList<int> Sizes => [1_000, 10_000, 100_000, 1_000_000, 5_000_000];

    public override IReadOnlyList<Picture> Pictures =>
    [
        new("keys", "Throughput by the number of keys", "a second", "PUT/s", "GET/s", "fill/s"),
        new("keys-memory", "Memory by the number of keys", "MB of a server under load", "memory of a server MB"),
    ];

    public override async Task RunAsync(
        LocalCluster cluster, IReadOnlyList<int> sizes, LoadOptions options, Action<ScaleResult> found)
    {
        options = options with { Servers = cluster.Servers, Connections = Connections };
        var empty = MemoryMegabytes(cluster);
        var data = new Dataset(sizes[0], Workload.ValueBytes);
        foreach (var keys in sizes)
        {
            var before = data.Written;
            data.Grow(keys);
            var fill = await LoadCommand.FillAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var puts = await LoadRun.RunAsync(options with { PutPercent = 100 }, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var gets = await LoadRun.RunAsync(options with { PutPercent = 0 }, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var memory = MemoryMegabytes(cluster);
            var values = new Dictionary<string, double>
            {
                ["fill/s"] = (keys - before) / fill.Elapsed.TotalSeconds,
                ["PUT/s"] = puts.PerSecond,
                ["PUT p99 ms"] = P99(puts),
                ["GET/s"] = gets.PerSecond,
                ["GET p99 ms"] = P99(gets),
                ["memory of a server MB"] = memory,
                ["disk of a server MB"] = cluster.DiskBytes(0) / 1e6,
            };
            if (keys >= EnoughKeys)
                values[BytesEach] = (memory - empty) * 1e6 / keys;
            found(Result(keys, values, puts, gets));
        }
    }
}
