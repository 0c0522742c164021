using System.Globalization;

namespace AkkaKv.Benchmarks.Reports;

/// <summary>What one size of one thing (connections, bytes, keys) leads to.</summary>
/// <param name="Sweep">The thing.</param>
/// <param name="X">Its size.</param>
/// <param name="Values">What was measured, by the heads of the table's columns.</param>
/// <param name="Problems">Replies that were wrong or missing, and how often.</param>
/// <param name="Version">What was measured.</param>
internal sealed record ScaleResult(
    string Sweep, double X, Dictionary<string, double> Values, Dictionary<string, long> Problems, string Version) : IResult
{
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Sweep} {X}");

    /// <summary>The table of one sweep.</summary>
    public static string Table(string xLabel, IReadOnlyList<ScaleResult> results)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var columns = results.SelectMany(result => result.Values.Keys).Distinct().ToList();
        text.WriteLine($"| {xLabel} | {string.Join(" | ", columns)} |\n|--:|{string.Concat(Enumerable.Repeat("--:|", columns.Count))}");
        foreach (var result in results.OrderBy(result => result.X))
        {
            var cells = columns.Select(column => result.Values.TryGetValue(column, out var value) ? Number(value) : string.Empty);
            text.WriteLine($"| {result.X:N0} | {string.Join(" | ", cells)} |");
        }

        text.WriteLine();
        foreach (var result in results.Where(result => result.Problems.Count > 0).OrderBy(result => result.X))
        {
            foreach (var (problem, count) in result.Problems)
                text.WriteLine($"- **At {result.X:N0}:** {count:N0} x {problem}");
        }

        text.WriteLine($"Version {string.Join(" and ", results.Select(result => result.Version).Distinct())}.");
        return text.ToString();
    }

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.ToString("F2", CultureInfo.InvariantCulture),
    };
}
