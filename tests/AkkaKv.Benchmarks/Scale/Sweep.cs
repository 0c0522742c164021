using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Scale;

/// <summary>A picture of a sweep: some columns of its table as curves.</summary>
/// <param name="Name">The name of the file, without its ending.</param>
/// <param name="Title">What stands above.</param>
/// <param name="YLabel">The unit.</param>
/// <param name="Columns">The curves.</param>
internal sealed record Picture(string Name, string Title, string YLabel, params string[] Columns);

/// <summary>One thing that grows from measurement to measurement, and what grows with it.</summary>
internal abstract class Sweep
{
    /// <summary>The column for what a key costs in memory, over an empty server that was just started.</summary>
    protected const string BytesEach = "bytes of memory each key";

    /// <summary>With fewer keys what a key costs is lost in what the process costs.</summary>
    protected const int EnoughKeys = 100_000;

    /// <summary>Its word for <c>--only</c>; with "scale-" before it also the name of its block in documents.</summary>
    public abstract string Name { get; }

    public abstract string XLabel { get; }

    /// <summary>The sizes, growing.</summary>
    public abstract IReadOnlyList<int> Sizes { get; }

    public abstract IReadOnlyList<Picture> Pictures { get; }

    /// <summary>Measures against servers that were just started.</summary>
    /// <param name="cluster">The servers.</param>
    /// <param name="sizes">The sizes to measure, growing.</param>
    /// <param name="options">Warm-up and time of each run.</param>
    /// <param name="found">Takes each result as soon as it is there.</param>
    public abstract Task RunAsync(LocalCluster cluster, IReadOnlyList<int> sizes, LoadOptions options, Action<ScaleResult> found);

    protected ScaleResult Result(double x, Dictionary<string, double> values, params ReadOnlySpan<LoadResult> runs)
    {
        var problems = new Dictionary<string, long>();
        foreach (var run in runs)
        {
            foreach (var (problem, count) in run.Problems)
                problems[problem] = problems.GetValueOrDefault(problem) + count;
        }

        return new ScaleResult(Name, x, values, problems, Machine.Version);
    }

    /// <summary>Resident memory of the server that has most, in MB.</summary>
    protected static double MemoryMegabytes(LocalCluster cluster) => cluster.Processes.Max(server => server.Memory) / 1e6;

    protected static double P99(LoadResult result) => LoadResult.Milliseconds(result.All, 99);
}
