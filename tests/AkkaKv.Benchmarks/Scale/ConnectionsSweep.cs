using AkkaKv.Benchmarks.Commands;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Scale;

/// <summary>Throughput by the number of clients, each with one request under way.</summary>
internal sealed class ConnectionsSweep : Sweep
{
    public override string Name => "connections";

    public override string XLabel => "connections";

    public override IReadOnlyList<int> Sizes => [10, 100, 1_000, 10_000];

    public override IReadOnlyList<Picture> Pictures =>
    [
        new("connections", "Throughput by connections", "a second", "PUT/s", "GET/s"),
        new("connections-latency", "Latency by connections", "99th percentile, ms", "PUT p99 ms", "GET p99 ms"),
    ];

    public override async Task RunAsync(
        LocalCluster cluster, IReadOnlyList<int> sizes, LoadOptions options, Action<ScaleResult> found)
    {
        var data = new Dataset(Workload.Keys, Workload.ValueBytes);
        options = options with { Servers = cluster.Servers };
        await LoadCommand.FillAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
        foreach (var connections in sizes)
        {
            var each = options with { Connections = connections };
            var puts = await LoadRun.RunAsync(each with { PutPercent = 100 }, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var gets = await LoadRun.RunAsync(each with { PutPercent = 0 }, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var values = new Dictionary<string, double>
            {
                ["PUT/s"] = puts.PerSecond,
                ["PUT p50 ms"] = LoadResult.Milliseconds(puts.All, 50),
                ["PUT p99 ms"] = P99(puts),
                ["GET/s"] = gets.PerSecond,
                ["GET p50 ms"] = LoadResult.Milliseconds(gets.All, 50),
                ["GET p99 ms"] = P99(gets),
                ["memory of a server MB"] = MemoryMegabytes(cluster),
            };
            found(Result(connections, values, puts, gets));
        }
    }
}
