using AkkaKv.Benchmarks.Commands;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Scale;

/// <summary>How cost grows with the work.</summary>
internal static class ScaleCommand
{
    public const string Help = """
        scale [--only connections,values,keys,restart,catchup] [--sizes N,N,...] [--warmup SECONDS] [--seconds 10] [--threads 1]
              [--port 21000] [--out DIRECTORY] [--update FILE ...]
          Grows one thing after the other, each against three fresh servers: connections, bytes of a value, keys (throughput, memory),
          keys (time to restart), writes that a server missed (time to catch up, and to fill a lost disk). Prints tables in Markdown;
          --sizes measures these sizes instead of its own. With --out results are kept there, a later run replaces its own alone, and
          curves are drawn as SVG. With --update tables and pictures take the place of the blocks "scale-connections", "scale-values"
          and so on, and the machine that of "scale-machine", in these documents.
        """;

    private static readonly IReadOnlyList<Sweep> Sweeps =
        [new ConnectionsSweep(), new ValuesSweep(), new KeysSweep(), new RestartSweep(), new CatchUpSweep()];

    public static async Task<int> RunAsync(Flags flags)
    {
        var port = flags.Number("--port", 21_000);
        flags.RefuseUpdateOf(isPart: flags.Has("--sizes"));
        var (names, sizes) = (flags.List("--only"), flags.Numbers("--sizes"));
        var options = new LoadOptions
        {
            Servers = [],
            WarmUp = flags.Seconds("--warmup", 5),
            Duration = flags.Seconds("--seconds", 10),
            Threads = flags.Number("--threads", 1),
            Progress = Console.Error,
        };
        var directory = flags.Text("--out");
        var results = new ResultFile<ScaleResult>(directory, "scale.jsonl");
        var documents = new Documents(flags.Texts("--update"));
        flags.RefuseOthers();
        foreach (var name in names ?? [])
        {
            if (Sweeps.All(sweep => sweep.Name != name))
                throw new ArgumentException($"There is no sweep '{name}'.");
        }

        var machine = Machine.Describe();
        Console.WriteLine(machine);
        documents.Update("scale-machine", _ => machine);
        var wrong = false;
        foreach (var sweep in Sweeps.Where(sweep => names?.Contains(sweep.Name) ?? true))
        {
            await Console.Error.WriteLineAsync(sweep.Name).ConfigureAwait(false);
            var cluster = await LocalCluster.StartAsync(port).ConfigureAwait(false);
            await using (cluster.ConfigureAwait(false))
            {
                await sweep.RunAsync(cluster, sizes ?? sweep.Sizes, options, Found).ConfigureAwait(false);
            }

            Report(sweep, [.. results.All.Where(result => result.Sweep == sweep.Name)], directory, documents);
        }

        return wrong ? 1 : 0;

        void Found(ScaleResult result)
        {
            results.Put(result);
            wrong |= result.Problems.Count > 0;
        }
    }

    private static void Report(Sweep sweep, List<ScaleResult> results, string? directory, Documents documents)
    {
        var table = ScaleResult.Table(sweep.XLabel, results);
        Console.WriteLine($"\n**{sweep.Name}**\n\n{table}");
        if (directory is not null)
        {
            foreach (var picture in sweep.Pictures)
                File.WriteAllText(FileOf(picture), Draw(sweep, picture, results).ToSvg());
        }

        documents.Update($"scale-{sweep.Name}", from => directory is null
            ? table
            : $"{table}\n{string.Join('\n', sweep.Pictures.Select(picture => $"![{picture.Title}]({Link(from, FileOf(picture))})"))}");

        string FileOf(Picture picture) => Path.Combine(directory ?? ".", $"{picture.Name}.svg");
    }

    private static Chart Draw(Sweep sweep, Picture picture, List<ScaleResult> results) => new(
        picture.Title,
        sweep.XLabel,
        picture.YLabel,
        [.. picture.Columns.Select(column => new Curve(
            column,
            [.. results.Where(result => result.Values.ContainsKey(column)).OrderBy(result => result.X)
                .Select(result => (result.X, result.Values[column]))]))]);

    private static string Link(string from, string file) => Path.GetRelativePath(from, Path.GetFullPath(file)).Replace('\\', '/');
}
