using System.Globalization;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>The workloads of the README against three AkkaKv servers, and against peers that are found on this machine.</summary>
internal static class StandardCommand
{
    public const string Help = """
        standard [--peers | --peers-only] [--only W1,W7,...] [--warmup SECONDS] [--seconds 10] [--threads 1]
                 [--port 21000] [--out DIRECTORY] [--update FILE ...]
          Starts three servers and runs the workloads of the README, W1 to W7, against them; with --peers then against etcd and Redis,
          as far as etcd and redis-server are on the PATH. Prints each result as a line of JSON on standard error, and tables in Markdown.
          With --out results are kept there, and a later run with --only replaces its own alone. With --update the tables of all that
          is kept take the place of the blocks "standard" and "standard-details" in these documents.
        """;

    public static async Task<int> RunAsync(Flags flags)
    {
        var port = flags.Number("--port", 21_000);
        flags.RefuseUpdateOf(isPart: flags.Has("--only") || flags.Has("--peers-only"));
        var names = flags.List("--only");
        var workloads = Workload.Standard.Where(workload => names?.Contains(workload.Name) ?? true).ToList();
        var options = new LoadOptions
        {
            Servers = [],
            WarmUp = flags.Seconds("--warmup", 3),
            Duration = flags.Seconds("--seconds", 10),
            Threads = flags.Number("--threads", 1),
            Progress = Console.Error,
        };
        List<Func<Task<Target>>> targets = [];
        if (!flags.Has("--peers-only"))
            targets.Add(async () => await LocalCluster.StartAsync(port).ConfigureAwait(false));
        if (flags.Has("--peers") || flags.Has("--peers-only"))
            targets.AddRange(Peers.Find(port + 100));
        var results = new ResultFile<StandardResult>(flags.Text("--out"), "standard.jsonl");
        var documents = new Documents(flags.Texts("--update"));
        flags.RefuseOthers();
        foreach (var name in names ?? [])
        {
            if (Workload.Standard.All(workload => workload.Name != name))
                throw new ArgumentException($"There is no workload '{name}'.");
        }

        var wrong = false;
        foreach (var start in targets)
        {
            await using var target = await start().ConfigureAwait(false);
            wrong |= await RunAsync(target, workloads, options, results).ConfigureAwait(false);
        }

        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"Values of {Workload.ValueBytes} bytes, {Workload.Keys:N0} keys drawn uniformly. {Machine.Describe()}");
        var (comparison, details) = (StandardResult.Comparison(results.All, note), StandardResult.Details(results.All));
        Console.WriteLine($"{comparison}\n{details}");
        documents.Update("standard", _ => comparison);
        documents.Update("standard-details", _ => details);
        return wrong ? 1 : 0;
    }

    private static async Task<bool> RunAsync(
        Target target, List<Workload> workloads, LoadOptions options, ResultFile<StandardResult> results)
    {
        await Console.Error.WriteLineAsync(target.Name).ConfigureAwait(false);
        var data = new Dataset(Workload.Keys, Workload.ValueBytes);
        await LoadCommand.FillAsync(options with { Servers = target.Servers }, data, () => target.Wire(data), target.CanPipeline)
            .ConfigureAwait(false);
        var wrong = false;
        foreach (var workload in workloads)
        {
            var before = CpuMeter.Take(target);
            var result = await workload.RunAsync(target, data, options).ConfigureAwait(false);
            results.Put(Result(target, workload, result, CpuMeter.Take(target).Since(before)));
            await Console.Error.WriteAsync(result.ToText()).ConfigureAwait(false);
            wrong |= result.Problems.Count > 0;
        }

        return wrong;
    }

    private static StandardResult Result(Target target, Workload workload, LoadResult result, CpuMeter cpu) => new()
    {
        Target = target.Name,
        Guarantees = target.Guarantees,
        Workload = workload.Name,
        Title = workload.Title,
        Seconds = result.Options.Duration.TotalSeconds,
        WarmUpSeconds = result.Options.WarmUp.TotalSeconds,
        PerSecond = Math.Round(result.PerSecond, 1),
        P50Ms = LoadResult.Milliseconds(result.All, 50),
        P99Ms = LoadResult.Milliseconds(result.All, 99),
        P999Ms = LoadResult.Milliseconds(result.All, 99.9),
        MaxMs = LoadResult.Milliseconds(result.All, 100),
        ServersMicroseconds = Math.Round(CpuMeter.MicrosecondsEach(cpu.Servers, result.Answers), 2),
        LoadMicroseconds = Math.Round(CpuMeter.MicrosecondsEach(cpu.Load, result.Answers), 2),
        Problems = result.Problems.Values.Sum(),
        Version = target.Version,
    };
}
