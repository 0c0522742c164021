using System.Diagnostics;
using System.Globalization;
using System.Text;
using AkkaKv.Faults.Tests.Clients;
using AkkaKv.Faults.Tests.Processes;
using AkkaKv.Simulation;

namespace AkkaKv.Faults.Tests.Faults;

/// <summary>What came of the faults of one kind.</summary>
internal sealed class FaultRecord
{
    public List<TimeSpan> WriteStalls { get; } = [];

    public List<TimeSpan> ReadStalls { get; } = [];

    public List<TimeSpan> Durations { get; } = [];

    /// <summary>Requests of the probes at untouched servers that were refused, or of which nothing is known.</summary>
    public int Failures { get; set; }
}

/// <summary>
/// Clients, probes and faults together, in rounds: after each the cluster is left alone and everything that happened is checked
/// and forgotten, so that a run may take days.
/// </summary>
internal sealed class MixedRun(TestCluster cluster, ulong seed, int clients, Action<string> say)
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(3);

    private readonly Prng _random = new(seed);
    private readonly SortedDictionary<FaultKind, FaultRecord> _faults = [];
    private readonly SortedDictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private long _done;
    private long _unknown;
    private int _rounds;

    /// <summary>What must not be: lost or impossible replies, servers that do not come back.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Runs until the time is over, or something is violated.</summary>
    /// <param name="only">The faults to do in turn; null for all that are possible, in any order.</param>
    /// <param name="strikes">How many faults at most.</param>
    public async Task RunAsync(TimeSpan duration, IReadOnlyList<FaultKind>? only = null, int strikes = int.MaxValue)
    {
        var start = Stopwatch.GetTimestamp();
        var nemesis = new Nemesis(cluster, _random.Fork());
        var struck = 0;
        while (Violations.Count == 0 && Stopwatch.GetElapsedTime(start) < duration && struck < strikes)
        {
            await using var workload = new Workload(cluster.Servers, $"round{_rounds++}", clients, _random.NextBits());
            await using var probe = new StallProbe(cluster.Servers);
            var roundStart = Stopwatch.GetTimestamp();
            try
            {
                while (Stopwatch.GetElapsedTime(roundStart) < Round && Stopwatch.GetElapsedTime(start) < duration && struck < strikes)
                {
                    var kind = only is null ? nemesis.Choose() : only[struck % only.Count];
                    await StrikeAsync(nemesis, probe, kind);
                    struck++;
                }
            }
            catch (Exception e) when (e is TimeoutException or InvalidOperationException)
            {
                Violations.Add(e.Message);
            }

            await workload.StopAsync();
            await FinishRoundAsync(workload);
        }
    }

    public string Report()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_done} operations, {_unknown} of unknown outcome, refused:");
        foreach (var (prefix, count) in _refusals)
            text.Append(CultureInfo.InvariantCulture, $" {prefix} {count}");
        text.Append("\nfault            times   writes stalled, median / longest   reads stalled, median / longest   ")
            .Append("failed at others\n");
        foreach (var (kind, record) in _faults)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{kind,-16} {record.Durations.Count,5}   {Figures(record.WriteStalls),32}   {Figures(record.ReadStalls),31}   ");
            text.Append(CultureInfo.InvariantCulture, $"{record.Failures,16}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{Violations.Count} violations");
        foreach (var violation in Violations)
            text.Append('\n').Append(violation);
        return text.ToString();
    }

    private async Task StrikeAsync(Nemesis nemesis, StallProbe probe, FaultKind kind)
    {
        // Writes and reads flow before the fault, so that what follows is its doing.
        await Task.Delay(TimeSpan.FromMilliseconds(700 + _random.Next(800)));
        probe.Restart();
        var start = Stopwatch.GetTimestamp();
        var untouched = await nemesis.StrikeAsync(kind);
        var stalls = probe.Longest(untouched);
        if (!_faults.TryGetValue(kind, out var record))
            _faults[kind] = record = new FaultRecord();
        record.Durations.Add(Stopwatch.GetElapsedTime(start));
        record.Failures += probe.Failures(untouched);
        if (untouched.Count > 0)
        {
            record.WriteStalls.Add(stalls.Write);
            record.ReadStalls.Add(stalls.Read);
        }

        say(string.Create(CultureInfo.InvariantCulture,
            $"{kind,-16} {record.Durations[^1].TotalSeconds,5:0.0} s until all were ready; "
            + $"writes stalled {Ms(stalls.Write)}, reads {Ms(stalls.Read)}"));
    }

    private async Task FinishRoundAsync(Workload workload)
    {
        _done += workload.Done;
        _unknown += workload.Unknown;
        foreach (var (prefix, count) in workload.Refusals)
            _refusals[prefix] = _refusals.GetValueOrDefault(prefix) + count;
        try
        {
            await cluster.HealAsync();
            Violations.AddRange(await Verification.CheckAsync(cluster.Servers, workload));
        }
        catch (TimeoutException e)
        {
            Violations.Add(e.Message);
        }

        say(string.Create(CultureInfo.InvariantCulture,
            $"round {_rounds}: {workload.Done} operations on {workload.Histories.Count()} contested keys checked, "
            + $"{workload.Acknowledged.Count} acknowledged keys looked for at every server, {Violations.Count} violations"));
    }

    private static string Figures(List<TimeSpan> stalls) =>
        stalls.Count == 0 ? "-" : $"{Ms(stalls.Order().ElementAt(stalls.Count / 2))} / {Ms(stalls.Max())}";

    private static string Ms(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}
