using System.Globalization;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>Latencies at half the highest throughput, and every moment at which they were bad.</summary>
internal static class LatencyCommand
{
    public const string Help = """
        latency [--minutes 10] [--puts PERCENT] [--connections 64] [--rate N] [--settings LINE ...] [--no-kill] [--port 21000]
                [--update FILE ...]
          Finds the highest throughput of three servers, asks for half of it, and reports every stall over 50 ms with its time, beside
          what the servers did then: snapshots, new log files; and beside what the disk did, which is asked to sync a small file fifty
          times a second and noted when it takes half as long. A request is sent when it is due, although others are under way on its
          connection. Clients are connected to two servers. The third is killed after four tenths of the time and started again after
          five, and has to catch up; stalls at these moments are counted by themselves.
          With --rate it asks for N a second instead of half: to compare versions on a machine whose speed varies.
          LINE goes to the servers' configuration: "snapshot-after = 8MiB" for many snapshots in a short time.
          With --update the report takes the place of the block "latency" in these documents.
        """;

    /// <summary>
    /// More than are ever due while servers answer in time. With one on each of 64 connections, servers that took 8 ms instead of 1 had
    /// half of the requests wait in the load, for longer and longer: what was measured then was how few connections there were.
    /// </summary>
    private const int DepthMax = 64;

    private static readonly TimeSpan KillShadow = TimeSpan.FromSeconds(1);

    private enum Moment
    {
        Other,
        Kill,
        CatchUp,
    }

    private static readonly (Moment Moment, string Name)[] Moments =
    [
        (Moment.Other, "in steady operation"),
        (Moment.Kill, $"within {KillShadow.TotalSeconds:N0} s of the other server's kill"),
        (Moment.CatchUp, "while it started and caught up"),
    ];

    public static async Task<int> RunAsync(Flags flags)
    {
        var (minutes, port, isKilling) = (flags.Number("--minutes", 10), flags.Number("--port", 21_000), !flags.Has("--no-kill"));
        var options = new LoadOptions
        {
            Servers = [],
            Connections = flags.Number("--connections", 64),
            PutPercent = flags.Number("--puts", 50),
            WarmUp = TimeSpan.FromSeconds(15),
            Progress = Console.Error,
        };
        var rate = flags.Number("--rate", 0);
        var settings = string.Join("\n  ", flags.Texts("--settings"));
        var documents = new Documents(flags.Texts("--update"));
        flags.RefuseOthers();

        await using var cluster = await LocalCluster.StartAsync(port, settings).ConfigureAwait(false);
        var victim = await cluster.FindFollowerAsync().ConfigureAwait(false);
        options = options with { Servers = cluster.Servers.RemoveAt(victim) };
        var data = new Dataset(Workload.Keys, Workload.ValueBytes);
        await LoadCommand.FillAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
        var most = await LoadRun.RunAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
        options = options with
        {
            Depth = DepthMax,
            Rate = rate > 0 ? rate : Math.Max(1, (int)(most.PerSecond / 2)),
            WarmUp = TimeSpan.FromSeconds(2),
            Duration = TimeSpan.FromMinutes(minutes),
        };
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"At most {most.PerSecond:N0} a second; now {options.Rate:N0} for {minutes} min."))
            .ConfigureAwait(false);

        var before = await FiguresAsync(cluster).ConfigureAwait(false);
        await using var watch = new ClusterWatch(cluster);
        using var probe = new DiskProbe(watch, cluster.Root, options.StallBound / 2);
        var fault = isKilling ? KillAndRestartAsync(cluster, victim, options, watch) : Task.FromResult(Fault.None);
        var result = await LoadRun.RunAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
        var report = Report(result, most, watch, await fault.ConfigureAwait(false))
            + Servers(before, await FiguresAsync(cluster).ConfigureAwait(false), victim, isKilling);
        Console.Write(report);
        Console.WriteLine(result.ToJson("latency"));
        documents.Update("latency", _ => $"{report}\n{Machine.Describe()} Version {Machine.Version}.");
        return result.Problems.Count == 0 ? 0 : 1;
    }

    private static async Task<Fault> KillAndRestartAsync(LocalCluster cluster, int victim, LoadOptions options, ClusterWatch watch)
    {
        await Task.Delay(options.WarmUp + (0.4 * options.Duration)).ConfigureAwait(false);
        var killed = watch.Note($"server {victim + 1} is killed");
        await cluster.KillAsync(victim).ConfigureAwait(false);
        await Task.Delay(0.1 * options.Duration).ConfigureAwait(false);
        var started = watch.Note($"server {victim + 1} is started again");
        await cluster.StartAndCatchUpAsync(victim).ConfigureAwait(false);
        return new Fault(killed, started, watch.Note($"server {victim + 1} has caught up"));
    }

    private static string Report(LoadResult result, LoadResult most, ClusterWatch watch, Fault fault)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var (rate, options) = (result.Options.Rate, result.Options);
        text.WriteLine(
            $"At most {most.PerSecond:N0} operations a second ({options.PutPercent} % PUT, {options.Connections} connections to two "
            + $"servers); then {rate:N0} a second for {options.Duration.TotalMinutes:N0} min, in which the servers wrote "
            + $"{watch.Snapshots} snapshots and began {watch.LogFiles} log files.\n\n```\n{result.ToText()}```\n");

        var groups = result.Stalls.ToLookup(fault.MomentOf);
        text.WriteLine($"| stalls over {options.StallBound.TotalMilliseconds:N0} ms | how many | requests | slowest ms |");
        text.WriteLine("|---|--:|--:|--:|");
        foreach (var (moment, name) in Moments)
        {
            if (moment != Moment.Other && fault == Fault.None)
                continue;
            var stalls = groups[moment].ToList();
            var slowest = stalls.Select(stall => stall.Slowest.TotalMilliseconds).DefaultIfEmpty().Max();
            text.WriteLine($"| {name} | {stalls.Count} | {stalls.Sum(stall => stall.Requests):N0} | {slowest:F0} |");
        }

        text.WriteLine();
        var lines = result.Stalls
            .Select(stall => (At: stall.From, Text: Text(stall)))
            .Concat(result.Stalls.Count == 0 ? [] : watch.Events);
        foreach (var (at, line) in lines.OrderBy(line => line.At))
            text.WriteLine($"- {at.TotalSeconds:F3} s: {line}");
        text.WriteLine();
        return text.ToString();
    }

    private static string Text(Stall stall) => string.Create(
        CultureInfo.InvariantCulture,
        $"**stall** until {stall.To.TotalSeconds:F3} s: {stall.Requests:N0} requests, the slowest {stall.Slowest.TotalMilliseconds:F0} ms");

    private static string Servers(Dictionary<string, double>[] before, Dictionary<string, double>[] after, int victim, bool isKilling)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        text.WriteLine("| server | GC pauses ms | slow syncs | CPU s |\n|---|--:|--:|--:|");
        for (var i = 0; i < after.Length; i++)
        {
            // Who was started again counts from 0 since then.
            var wasKilled = isKilling && i == victim;
            double Grown(string name) => after[i].GetValueOrDefault(name) - (wasKilled ? 0 : before[i].GetValueOrDefault(name));
            text.WriteLine(
                $"| {i + 1}{(wasKilled ? ", since it was started again" : "")} | {1000 * Grown("dotnet_gc_pause_seconds_total"):F0} "
                + $"| {Grown("akkakv_log_slow_syncs_total"):F0} | {Grown("process_cpu_seconds_total"):F1} |");
        }

        return text.ToString();
    }

    private static Task<Dictionary<string, double>[]> FiguresAsync(LocalCluster cluster) =>
        Task.WhenAll(Enumerable.Range(0, cluster.Servers.Length).Select(cluster.MetricsAsync));

    /// <summary>When the third server went and came back.</summary>
    private sealed record Fault(TimeSpan Killed, TimeSpan Started, TimeSpan Level)
    {
        public static readonly Fault None = new(TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue);

        public Moment MomentOf(Stall stall) => this == None ? Moment.Other
            : stall.To >= Killed && stall.From <= Killed + KillShadow ? Moment.Kill
            : stall.To >= Started && stall.From <= Level + KillShadow ? Moment.CatchUp
            : Moment.Other;
    }
}
