using AkkaKv.Benchmarks.Commands;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Scale;

/// <summary>Throughput by the size of values, with 64 connections.</summary>
internal sealed class ValuesSweep : Sweep
{
    private const int Connections = 64;
    private const int DataBytesMax = 100_000_000;

    public override string Name => "values";

    public override string XLabel => "bytes of a value";

    public override IReadOnlyList<int> Sizes => [10, 100, 1_000, 10_000, 100_000, 1_000_000];

    public override IReadOnlyList<Picture> Pictures =>
    [
        new("values", "Throughput by the size of values", "a second", "PUT/s", "GET/s"),
        new("values-bytes", "Bytes by the size of values", "MB a second", "PUT MB/s", "GET MB/s"),
    ];

    public override async Task RunAsync(
        LocalCluster cluster, IReadOnlyList<int> sizes, LoadOptions options, Action<ScaleResult> found)
    {
        options = options with { Servers = cluster.Servers, Connections = Connections };
        foreach (var bytes in sizes)
        {
            var data = new Dataset(Math.Min(Workload.Keys, DataBytesMax / bytes), bytes);
            await LoadCommand.FillAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var puts = await LoadRun.RunAsync(options with { PutPercent = 100 }, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var gets = await LoadRun.RunAsync(options with { PutPercent = 0 }, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var values = new Dictionary<string, double>
            {
                ["keys"] = data.Keys,
                ["PUT/s"] = puts.PerSecond,
                ["PUT MB/s"] = puts.PerSecond * bytes / 1e6,
                ["PUT p99 ms"] = P99(puts),
                ["GET/s"] = gets.PerSecond,
                ["GET MB/s"] = gets.PerSecond * bytes / 1e6,
                ["GET p99 ms"] = P99(gets),
                ["memory of a server MB"] = MemoryMegabytes(cluster),
            };
            found(Result(bytes, values, puts, gets));
        }
    }
}
