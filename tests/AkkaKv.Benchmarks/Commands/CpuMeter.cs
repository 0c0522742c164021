using System.Diagnostics;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>Processor time of the servers and of this program.</summary>
/// <param name="At">When it was taken, or the time between two of them; in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Servers">Processor time of all servers.</param>
/// <param name="Load">Processor time of this program.</param>
internal sealed record CpuMeter(long At, TimeSpan Servers, TimeSpan Load)
{
    public static CpuMeter Take(Target target) => new(
        Stopwatch.GetTimestamp(),
        target.Processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Cpu),
        Environment.CpuUsage.TotalTime);

    /// <summary>What was used since then.</summary>
    public CpuMeter Since(CpuMeter before) => new(At - before.At, Servers - before.Servers, Load - before.Load);

    /// <summary>A share of this time in microseconds: what one of so many operations cost.</summary>
    public static double MicrosecondsEach(TimeSpan time, long operations) => operations == 0 ? 0 : time.TotalMicroseconds / operations;
}
