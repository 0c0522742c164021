using System.Diagnostics;
using System.Globalization;
using AkkaKv.Simulation.World;

namespace AkkaKv.Simulation;

/// <summary>
/// <c>--seeds N --from S [--steps M] [--servers K] [--seconds T] [--threads P]</c> runs many schedules; <c>--seed X [--trace]</c> runs
/// one and tells it, with <c>--liar</c> and the beginning of a liar's name with that rule broken, with <c>--without</c> and names of faults
/// without those; <c>--liars</c> looks for the
/// seeds with which liars are caught, <c>--new-liars</c> for those with none on record. Exit code 0: nothing found; 1: a seed failed;
/// 2: bad arguments.
/// </summary>
internal static class CommandLine
{
    private const int SeedsPerLiar = 400;
    private const string Usage =
        "usage: [--seeds N] [--from S] [--steps M] [--servers 3|5] [--seconds T] [--threads P] "
        + "| --seed X [--liar NAME] [--steps M] [--servers 3|5] [--without FAULT,...] [--trace] | --liars | --new-liars";

    private static readonly string[] Numbers = ["--seeds", "--from", "--steps", "--servers", "--seconds", "--seed", "--threads"];

    public static int Run(string[] args, TextWriter output)
    {
        var numbers = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        var trace = false;
        Lie? lie = null;
        var without = Faults.None;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--new-liars")
            {
                return RunLiars(all: false, output);
            }
            else if (args[i] == "--liars")
            {
                return RunLiars(all: true, output);
            }
            else if (args[i] == "--trace")
            {
                trace = true;
            }
            else if (args[i] == "--liar" && i + 1 < args.Length
                && Liars.All.FirstOrDefault(liar => liar.Name.StartsWith(args[i + 1], StringComparison.Ordinal)) is { } found)
            {
                lie = found;
                i++;
            }
            else if (args[i] == "--without" && i + 1 < args.Length && Enum.TryParse<Faults>(args[i + 1], out var faults))
            {
                without = faults;
                i++;
            }
            else if (Numbers.Contains(args[i]) && i + 1 < args.Length
                && ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers[args[i++]] = number;
            }
            else
            {
                output.WriteLine(Usage);
                return 2;
            }
        }

        int? steps = numbers.TryGetValue("--steps", out var wanted) ? (int)wanted : null;
        int? servers = numbers.TryGetValue("--servers", out var count) ? (int)count : null;
        return numbers.TryGetValue("--seed", out var seed)
            ? RunOne(Schedules.Create(seed, steps, lie, keepsLines: trace, servers, without), seed, trace, output)
            : RunMany(numbers, steps, servers, output);
    }

    /// <summary>Says for every liar with which seed it is caught, and by what.</summary>
    private static int RunLiars(bool all, TextWriter output)
    {
        var free = 0;
        foreach (var lie in Liars.All)
        {
            if (lie.CaughtBy is not null && !all) continue;
            var (seed, failure) = Schedules.Catch(lie, 1, SeedsPerLiar);
            if (failure is null) free++;
            output.WriteLine($"{lie.Name}: {(failure is null ? "not caught" : $"seed {seed}: {failure.Message.Split('\n')[0]}")}");
        }

        return free == 0 ? 0 : 1;
    }

    private static int RunOne(SimulatedCluster cluster, ulong seed, bool trace, TextWriter output)
    {
        if (trace) cluster.Trace.Follower = output.WriteLine;
        output.WriteLine($"seed {seed}: {cluster.Plan}");
        var failure = Schedules.Run(cluster);
        output.WriteLine($"{cluster.Timeline.Steps} steps, {cluster.Checks.Entries} entries, {cluster.Operations} operations, "
            + $"{cluster.FaultCount} faults, hash {cluster.Trace.Hash:x16}");
        output.WriteLine(failure is null ? "nothing found" : failure.ToString());
        return failure is null ? 0 : 1;
    }

    private static int RunMany(SortedDictionary<string, ulong> numbers, int? steps, int? servers, TextWriter output)
    {
        var from = numbers.GetValueOrDefault("--from", 1UL);
        var seconds = numbers.GetValueOrDefault("--seconds", ulong.MaxValue);
        var seeds = numbers.GetValueOrDefault("--seeds", seconds == ulong.MaxValue ? 1_000UL : long.MaxValue / 2);
        var watch = Stopwatch.StartNew();
        var totals = new Totals();
        Schedules.RunMany(
            from, seeds, (int)numbers.GetValueOrDefault("--threads", 2UL), steps, () => watch.Elapsed.TotalSeconds < seconds,
            (seed, cluster, failure) =>
        {
            lock (totals)
            {
                totals.Add(seed, cluster);
                if (failure is not null) output.WriteLine(Schedules.Describe(seed, failure, steps, servers: servers));
                if (failure is not null) totals.Failures++;
                if (totals.Schedules % 500 == 0) output.WriteLine($"{watch.Elapsed.TotalSeconds,7:F0} s  {totals}");
            }
        }, servers);
        output.WriteLine($"{totals}; {watch.Elapsed.TotalSeconds:F1} s");
        return totals.Failures == 0 ? 0 : 1;
    }

    private sealed class Totals
    {
        private long _steps;
        private long _operations;
        private long _entries;
        private long _faults;
        private long _lost;
        private long _copies;
        private long _noticed;
        private readonly long[] _crashes = new long[Enum.GetValues<FileWork>().Length];
        private double _seconds;
        private (double Milliseconds, ulong Seed) _slowest;

        public long Schedules { get; private set; }

        public long Failures { get; set; }

        public void Add(ulong seed, SimulatedCluster cluster)
        {
            if (cluster.MillisecondsToAnswers > _slowest.Milliseconds) _slowest = (cluster.MillisecondsToAnswers, seed);
            Schedules++;
            _steps += cluster.Timeline.Steps;
            _operations += cluster.Operations;
            _entries += cluster.Checks.Entries;
            _faults += cluster.FaultCount;
            for (var work = 0; work < _crashes.Length; work++) _crashes[work] += cluster.Crashes[work];
            _copies += cluster.CopiesPutBack;
            _noticed += cluster.CopiesNoticed;
            _lost += cluster.Network.Lost + cluster.Network.Repeated;
            _seconds += cluster.Timeline.Now / 1e9;
        }

        public override string ToString() =>
            $"{Schedules} schedules, {_steps} steps, {_seconds / 3600:F2} simulated hours, {_operations} operations, {_entries} entries, "
            + $"{_faults} faults (servers died inside "
            + $"{string.Join(", ", Enum.GetValues<FileWork>().Select(work => $"{work} {_crashes[(int)work]}"))} times; "
            + $"older copies put back {_copies} times, noticed {_noticed} times) and "
            + $"{_lost} messages lost or repeated, answers at most {_slowest.Milliseconds / 1000:F1} s after "
            + $"healing (seed {_slowest.Seed}), {Failures} failures";
    }
}
