using System.Globalization;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>Latencies at half the highest throughput, and every moment at which they were bad.</summary>
internal static class LatencyCommand
{
    public const string Help = """
        latency [--minutes 5] [--puts PERCENT] [--connections 64] [--port 21000]
          Finds the highest throughput of three servers, then asks for half of it, and reports every stall over 50 ms with its time.
        """;

    public static async Task<int> RunAsync(Flags flags)
    {
        var (minutes, port) = (flags.Number("--minutes", 5), flags.Number("--port", 21_000));
        var options = new LoadOptions
        {
            Servers = [],
            Connections = flags.Number("--connections", 64),
            PutPercent = flags.Number("--puts", 50),
            WarmUp = TimeSpan.FromSeconds(5),
            Progress = Console.Error,
        };
        flags.RefuseOthers();

        await using var cluster = await LocalCluster.StartAsync(port).ConfigureAwait(false);
        options = options with { Servers = cluster.Servers };
        var data = new Dataset(Workload.Keys, Workload.ValueBytes);
        await LoadCommand.FillAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
        var most = await LoadRun.RunAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
        var rate = Math.Max(1, (int)(most.PerSecond / 2));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"At most {most.PerSecond:N0} a second; now {rate:N0} for {minutes} min."));

        var before = await FiguresAsync(cluster).ConfigureAwait(false);
        var result = await LoadRun.RunAsync(
            options with { Rate = rate, Duration = TimeSpan.FromMinutes(minutes) }, data, () => cluster.Wire(data)).ConfigureAwait(false);
        Report(result, before, await FiguresAsync(cluster).ConfigureAwait(false));
        return result.Problems.Count == 0 ? 0 : 1;
    }

    private static void Report(LoadResult result, Dictionary<string, double>[] before, Dictionary<string, double>[] after)
    {
        Console.Write(result.ToText());
        Console.WriteLine($"Stalls over {result.Options.StallBound.TotalMilliseconds:N0} ms: {result.Stalls.Count}");
        foreach (var stall in result.Stalls)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  from {stall.From.TotalSeconds:F3} s to {stall.To.TotalSeconds:F3} s: "
                + $"{stall.Requests:N0} requests, the slowest {stall.Slowest.TotalMilliseconds:F0} ms"));
        }

        Console.WriteLine("| server | GC pauses ms | slow syncs | CPU s |\n|---|--:|--:|--:|");
        for (var i = 0; i < after.Length; i++)
        {
            double Grown(string name) => after[i].GetValueOrDefault(name) - before[i].GetValueOrDefault(name);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {i + 1} | {1000 * Grown("dotnet_gc_pause_seconds_total"):F0} | {Grown("akkakv_log_slow_syncs_total"):F0} "
                + $"| {Grown("process_cpu_seconds_total"):F1} |"));
        }

        Console.WriteLine(result.ToJson("latency"));
    }

    private static Task<Dictionary<string, double>[]> FiguresAsync(LocalCluster cluster) =>
        Task.WhenAll(Enumerable.Range(0, cluster.Servers.Length).Select(cluster.MetricsAsync));
}
