using AkkaKv.Benchmarks.Reports;
using BenchmarkDotNet.Running;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>The parts alone. BenchmarkDotNet measures them, each suite in processes of its own.</summary>
internal static class PartsCommand
{
    public const string Help = """
        parts [--filter PATTERN ...] [--job dry|short|medium|...] [--out DIRECTORY] [--update FILE ...]
          The parts alone, with BenchmarkDotNet, whose own options can be used, too. Without --filter all of them; "--filter '*Session*'"
          is one suite, and "--job dry" only sees that everything runs. The exit code is 1 when something did not run to its end.
          With --out results are kept there, and a later run with --filter replaces its own alone. With --update the table takes the
          place of the block "parts" in these documents.
        """;

    public static int Run(string[] arguments)
    {
        List<string> own = [];
        List<string> others = [];
        var group = others;
        foreach (var argument in arguments)
        {
            if (argument.StartsWith('-'))
                group = argument is "--out" or "--update" ? own : others;
            group.Add(argument);
        }

        var flags = new Flags(own.ToArray());
        var isPart = others.Exists(argument => argument is "--filter" or "-f");
        flags.RefuseUpdateOf(isPart);
        if (!isPart)
            others.AddRange(["--filter", "*"]); // Without a filter it would ask at the terminal which suites are meant.
        var results = new ResultFile<PartResult>(flags.Text("--out"), "parts.jsonl");
        var documents = new Documents(flags.Texts("--update"));

        var failed = false;
        foreach (var summary in BenchmarkSwitcher.FromAssembly(typeof(PartsCommand).Assembly).Run([.. others]))
        {
            failed |= summary.HasCriticalValidationErrors;
            foreach (var report in summary.Reports)
            {
                if (PartResult.Of(report) is { } result)
                    results.Put(result);
                else
                    failed = true;
            }
        }

        if (results.All.Count > 0)
        {
            var table = PartResult.Table(results.All, Machine.DescribeAlone());
            Console.WriteLine(table);
            documents.Update("parts", _ => table);
        }

        return failed ? 1 : 0;
    }
}
