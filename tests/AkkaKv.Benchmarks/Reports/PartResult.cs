using System.Globalization;
using BenchmarkDotNet.Reports;

namespace AkkaKv.Benchmarks.Reports;

/// <summary>What one part costs alone.</summary>
internal sealed record PartResult : IResult
{
    /// <summary>Its suite and its method, and the parameters if there are any.</summary>
    public required string Part { get; init; }

    public required double MeanNanoseconds { get; init; }

    /// <summary>Half of the interval in which the mean lies with a confidence of 99.9 %; null for a single measurement.</summary>
    public required double? ErrorNanoseconds { get; init; }

    public required long AllocatedBytes { get; init; }

    /// <summary>So many the mean is of; each may be of many calls.</summary>
    public required int Measurements { get; init; }

    public required string Version { get; init; }

    public string Key => Part;

    /// <summary>Null for one that did not run to its end.</summary>
    public static PartResult? Of(BenchmarkReport report)
    {
        if (!report.Success || report.ResultStatistics is not { } statistics)
            return null;

        var benchmark = report.BenchmarkCase;
        var suite = benchmark.Descriptor.Type.Name.Replace("Benchmarks", string.Empty, StringComparison.Ordinal);
        var parameters = benchmark.Parameters.Items
            .Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Name} {item.Value}"));
        return new PartResult
        {
            Part = string.Join(", ", parameters.Prepend($"{suite}.{benchmark.Descriptor.WorkloadMethod.Name}")),
            MeanNanoseconds = Math.Round(statistics.Mean, 2),
            ErrorNanoseconds = statistics.N > 1 ? Math.Round(statistics.ConfidenceInterval.Margin, 2) : null,
            AllocatedBytes = report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? 0,
            Measurements = statistics.N,
            Version = Machine.Version,
        };
    }

    /// <summary>All in one table.</summary>
    public static string Table(IReadOnlyList<PartResult> results, string machine)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        text.WriteLine("| part | mean | error | measurements | allocated bytes |\n|---|--:|--:|--:|--:|");
        foreach (var each in results)
        {
            text.WriteLine(
                $"| {each.Part} | {Time(each.MeanNanoseconds)} | {Time(each.ErrorNanoseconds)} | {each.Measurements} "
                + $"| {each.AllocatedBytes:N0} |");
        }

        text.WriteLine($"\n{machine} Version {string.Join(" and ", results.Select(result => result.Version).Distinct())}.");
        return text.ToString();
    }

    private static string Time(double? nanoseconds)
    {
        if (nanoseconds is not { } time)
            return string.Empty;

        var (value, unit) = time switch
        {
            >= 1e6 => (time / 1e6, "ms"),
            >= 1e3 => (time / 1e3, "µs"),
            _ => (time, "ns"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{(value < 100 ? $"{value:F1}" : $"{value:F0}")} {unit}");
    }
}
