using System.Globalization;
using System.Text.Json;
using HdrHistogram;

namespace AkkaKv.Benchmarks.Load;

/// <summary>What a run found.</summary>
/// <param name="Options">The run.</param>
/// <param name="Keys">Size of the key space.</param>
/// <param name="ValueBytes">Size of each value.</param>
/// <param name="Elapsed">The measured time.</param>
/// <param name="Puts">Latencies of writes in nanoseconds.</param>
/// <param name="Gets">Latencies of reads in nanoseconds.</param>
/// <param name="Problems">What went wrong, and how often, in the warm-up too. Errors are not counted as operations.</param>
/// <param name="Stalls">When requests took longer than the bound.</param>
/// <param name="Answers">All answers, those of the warm-up and errors included.</param>
internal sealed record LoadResult(
    LoadOptions Options,
    int Keys,
    int ValueBytes,
    TimeSpan Elapsed,
    LongHistogram Puts,
    LongHistogram Gets,
    IReadOnlyDictionary<string, long> Problems,
    IReadOnlyList<Stall> Stalls,
    long Answers)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Latencies of all.</summary>
    public LongHistogram All { get; } = Sum([Puts, Gets]);

    public double PerSecond => All.TotalCount / Elapsed.TotalSeconds;

    public static LoadResult Gather(LoadOptions options, Dataset data, IReadOnlyList<LoadWorker> workers, TimeSpan elapsed) => new(
        options,
        data.Keys,
        data.ValueBytes,
        elapsed,
        Sum(workers.Select(worker => worker.Puts)),
        Sum(workers.Select(worker => worker.Gets)),
        workers.SelectMany(worker => worker.Problems).GroupBy(p => p.Key).ToDictionary(p => p.Key, p => p.Sum(each => each.Value)),
        [.. workers.SelectMany(worker => worker.Stalls).OrderBy(stall => stall.From)],
        workers.Sum(worker => worker.Operations));

    /// <summary>A latency in milliseconds.</summary>
    public static double Milliseconds(LongHistogram histogram, double percentile) =>
        histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(percentile) / 1e6;

    /// <summary>The whole result in one line.</summary>
    public string ToJson(string name) => JsonSerializer.Serialize(
        new
        {
            Name = name,
            Options.Connections,
            Options.Depth,
            Options.PutPercent,
            Distribution = Options.Distribution.ToString(),
            Keys,
            ValueBytes,
            Seconds = Math.Round(Elapsed.TotalSeconds, 2),
            PerSecond = Math.Round(PerSecond, 1),
            Puts = Latencies(Puts),
            Gets = Latencies(Gets),
            Problems,
            Stalls = Stalls.Count,
        },
        Json);

    /// <summary>A few lines for people.</summary>
    public string ToText()
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"{PerSecond:N0} operations a second ({All.TotalCount:N0} in {Elapsed.TotalSeconds:F1} s)");
        Line(text, "PUT", Puts);
        Line(text, "GET", Gets);
        foreach (var (problem, count) in Problems)
            text.WriteLine($"  {count:N0} x {problem}");
        return text.ToString();
    }

    private static void Line(StringWriter text, string name, LongHistogram histogram)
    {
        if (histogram.TotalCount == 0)
            return;
        text.WriteLine(
            $"  {name} ms: p50 {Milliseconds(histogram, 50):F3}  p90 {Milliseconds(histogram, 90):F3}  p99 {Milliseconds(histogram, 99):F3}"
            + $"  p99.9 {Milliseconds(histogram, 99.9):F3}  max {Milliseconds(histogram, 100):F3}");
    }

    private static object? Latencies(LongHistogram histogram) => histogram.TotalCount == 0
        ? null
        : new
        {
            Count = histogram.TotalCount,
            P50Ms = Milliseconds(histogram, 50),
            P90Ms = Milliseconds(histogram, 90),
            P99Ms = Milliseconds(histogram, 99),
            P999Ms = Milliseconds(histogram, 99.9),
            MaxMs = Milliseconds(histogram, 100),
        };

    private static LongHistogram Sum(IEnumerable<LongHistogram> parts)
    {
        LongHistogram? sum = null;
        foreach (var part in parts)
        {
            sum ??= new LongHistogram(part.HighestTrackableValue, part.NumberOfSignificantValueDigits);
            sum.Add(part);
        }

        return sum!;
    }
}
