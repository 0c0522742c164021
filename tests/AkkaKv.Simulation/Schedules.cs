using System.Globalization;
using System.Text;
using AkkaKv.Core;
using AkkaKv.Simulation.Checks;
using AkkaKv.Simulation.World;

namespace AkkaKv.Simulation;

/// <summary>Runs seeds.</summary>
internal static class Schedules
{
    private const int LinesShown = 60;

    /// <param name="seed">Decides everything.</param>
    /// <param name="steps">How many steps, if not as many as the seed draws.</param>
    /// <param name="lie">What is broken on purpose.</param>
    /// <param name="keepsLines">Keeps lines of the trace for people.</param>
    /// <param name="servers">How many servers, if not as many as the seed draws.</param>
    /// <param name="without">Faults that do not happen although the seed draws them.</param>
    public static SimulatedCluster Create(
        ulong seed, int? steps = null, Lie? lie = null, bool keepsLines = false, int? servers = null, Faults without = Faults.None) =>
        new(seed, lie, keepsLines, plan => plan with
        {
            Steps = steps ?? plan.Steps,
            Servers = servers ?? plan.Servers,
            Faults = plan.Faults & ~without,
        });

    /// <summary>What was found; null for nothing.</summary>
    public static Exception? Run(SimulatedCluster cluster)
    {
        try
        {
            cluster.Run();
            return null;
        }
        catch (Exception failure)
        {
            // Whatever comes out of the product or of a checker is a finding of this seed.
            return failure;
        }
    }

    /// <summary>Runs many seeds on several threads; each run has one thread to itself.</summary>
    public static void RunMany(
        ulong from, ulong count, int threads, int? steps, Func<bool> goesOn, Action<ulong, SimulatedCluster, Exception?> report,
        int? servers = null)
    {
        var next = from - 1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            while (goesOn())
            {
                var seed = Interlocked.Increment(ref next);
                if (seed - from >= count) return;
                var cluster = Create(seed, steps, servers: servers);
                report(seed, cluster, Run(cluster));
            }
        })).ToList();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
    }

    /// <summary>The first of so many seeds with which a liar is caught, and what caught it.</summary>
    public static (ulong Seed, Exception? Failure) Catch(Lie lie, ulong from, int count)
    {
        for (var seed = from; seed < from + (ulong)count; seed++)
        {
            if (Run(Create(seed, lie: lie)) is { } failure) return (seed, failure);
        }

        return (0, null);
    }

    /// <summary>What was found, how it came about, and how to see it again.</summary>
    public static string Describe(
        ulong seed, Exception failure, int? steps = null, Lie? lie = null, int? servers = null, Faults without = Faults.None)
    {
        var again = Create(seed, steps, lie, keepsLines: true, servers, without);
        Run(again);
        var what = failure is SafetyViolationException or InvariantException ? failure.Message : failure.ToString();
        var text = new StringBuilder($"seed {seed}: {what}\n");
        foreach (var line in again.Trace.Lines.TakeLast(LinesShown)) text.Append(line).Append('\n');
        var more = steps is { } wanted ? $" --steps {wanted}" : "";
        if (servers is { } count) more += $" --servers {count}";
        if (without != Faults.None) more += $" --without {without}";
        text.Append(CultureInfo.InvariantCulture, $"replay: dotnet run --project tests/AkkaKv.Simulation -- --seed {seed}{more} --trace");
        return text.ToString();
    }
}
