using System.Globalization;

namespace AkkaKv.Benchmarks.Reports;

/// <summary>One workload of the README against one store.</summary>
internal sealed record StandardResult : IResult
{
    public required string Target { get; init; }

    /// <summary>What an OK and a value mean there.</summary>
    public required string Guarantees { get; init; }

    public required string Workload { get; init; }

    public required string Title { get; init; }

    /// <summary>The time that was measured, and the time under load before it.</summary>
    public required double Seconds { get; init; }

    public required double WarmUpSeconds { get; init; }

    public required double PerSecond { get; init; }

    public required double P50Ms { get; init; }

    public required double P99Ms { get; init; }

    public required double P999Ms { get; init; }

    public required double MaxMs { get; init; }

    /// <summary>Processor time of one operation in all servers, in microseconds.</summary>
    public required double ServersMicroseconds { get; init; }

    /// <summary>Processor time of one operation in the load generator, in microseconds.</summary>
    public required double LoadMicroseconds { get; init; }

    /// <summary>Replies that were wrong or missing.</summary>
    public required long Problems { get; init; }

    /// <summary>Of the store.</summary>
    public required string Version { get; init; }

    public string Key => $"{Target} {Workload}";

    /// <summary>The stores side by side.</summary>
    public static string Comparison(IReadOnlyList<StandardResult> results, string machine)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var targets = results.Select(result => result.Target).Distinct().ToList();
        text.WriteLine($"Operations a second, and in brackets the 50th and 99th percentile of their time in ms.\n{machine}\n");
        text.WriteLine($"| | {string.Join(" | ", targets)} |\n|---|{string.Concat(Enumerable.Repeat("--:|", targets.Count))}");
        foreach (var workload in results.GroupBy(result => result.Workload).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var cells = targets.Select(target => workload.FirstOrDefault(result => result.Target == target)?.Cell() ?? "");
            text.WriteLine($"| {workload.Key} {workload.First().Title} | {string.Join(" | ", cells)} |");
        }

        text.WriteLine();
        foreach (var store in results.GroupBy(result => result.Target))
            text.WriteLine($"- **{store.Key}**{Conditions(store)}: {store.First().Guarantees}.");
        return text.ToString();
    }

    /// <summary>A table for each store, with everything that was measured.</summary>
    public static string Details(IReadOnlyList<StandardResult> results)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        foreach (var store in results.GroupBy(result => result.Target))
        {
            text.WriteLine($"**{store.Key}**{Conditions(store)}\n");
            text.WriteLine("| workload | a second | p50 ms | p99 ms | p99.9 ms | max ms | servers: CPU µs each | load: CPU µs each |");
            text.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|");
            foreach (var each in store.OrderBy(result => result.Workload, StringComparer.Ordinal))
            {
                text.WriteLine(
                    $"| {each.Workload} {each.Title} | {each.PerSecond:N0}{each.Blemish} "
                    + $"| {each.P50Ms:F2} | {each.P99Ms:F2} | {each.P999Ms:F2} | {each.MaxMs:F1} "
                    + $"| {each.ServersMicroseconds:F1} | {each.LoadMicroseconds:F1} |");
            }

            text.WriteLine();
        }

        return text.ToString();
    }

    private string Cell() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond:N0} ({P50Ms:F2}, {P99Ms:F2}){Blemish}");

    private string Blemish => Problems == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" **{Problems:N0} problems**");

    /// <summary>Version and times; more than one when the table was measured piece by piece.</summary>
    private static string Conditions(IEnumerable<StandardResult> results)
    {
        var conditions = results.Select(result => string.Create(
            CultureInfo.InvariantCulture, $"version {result.Version}, {result.Seconds:N0} s after {result.WarmUpSeconds:N0} s of warm-up"));
        return $" ({string.Join("; ", conditions.Distinct())})";
    }
}
