using System.Globalization;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>The workloads of the README against three AkkaKv servers, and against peers that are found on this machine.</summary>
internal static class StandardCommand
{
    public const string Help = """
        standard [--peers] [--only W1,W2,...] [--warmup SECONDS] [--seconds 10] [--threads 1] [--port 21000]
          Starts three servers and runs the workloads of the README against them; with --peers then against Redis, if redis-server
          is on the PATH. Prints a table in Markdown, and each result as a line of JSON on standard error.
        """;

    public static async Task<int> RunAsync(Flags flags)
    {
        var port = flags.Number("--port", 21_000);
        var names = flags.Text("--only")?.Split(',');
        var workloads = Workload.Standard.Where(workload => names?.Contains(workload.Name) ?? true).ToList();
        var options = new LoadOptions
        {
            Servers = [],
            WarmUp = flags.Seconds("--warmup", 3),
            Duration = flags.Seconds("--seconds", 10),
            Threads = flags.Number("--threads", 1),
        };
        List<Func<Task<Target>>> targets = [async () => await LocalCluster.StartAsync(port).ConfigureAwait(false)];
        if (flags.Has("--peers"))
            targets.AddRange(Peers.Find(port + 100));
        flags.RefuseOthers();

        var wrong = false;
        Console.WriteLine(Machine.Describe());
        Console.WriteLine(
            $"Values of {Workload.ValueBytes} bytes, {Workload.Keys:N0} keys drawn uniformly, {options.Duration.TotalSeconds:N0} s each.");
        foreach (var start in targets)
        {
            await using var target = await start().ConfigureAwait(false);
            wrong |= await RunAsync(target, workloads, options).ConfigureAwait(false);
        }

        return wrong ? 1 : 0;
    }

    private static async Task<bool> RunAsync(Target target, List<Workload> workloads, LoadOptions options)
    {
        Console.WriteLine($"\n**{target.Name}.** {target.Guarantees}.\n");
        Console.WriteLine("| workload | a second | p50 ms | p99 ms | p99.9 ms | max ms | CPU of servers, of the load: µs each |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        var data = new Dataset(Workload.Keys, Workload.ValueBytes);
        await LoadCommand.FillAsync(options with { Servers = target.Servers }, data, () => target.Wire(data), target.CanPipeline)
            .ConfigureAwait(false);
        var wrong = false;
        foreach (var workload in workloads)
        {
            var before = CpuMeter.Take(target);
            var result = await workload.RunAsync(target, data, options).ConfigureAwait(false);
            Console.WriteLine(Row(workload, result, CpuMeter.Take(target).Since(before)));
            await Console.Error.WriteLineAsync(result.ToJson($"{target.Name} {workload.Name}")).ConfigureAwait(false);
            wrong |= result.Problems.Count > 0;
        }

        return wrong;
    }

    private static string Row(Workload workload, LoadResult result, CpuMeter cpu)
    {
        var all = result.All;
        var problems = result.Problems.Count == 0 ? string.Empty : $" ({result.Problems.Values.Sum()} problems)";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {workload.Name} {workload.Title} | {result.PerSecond:N0}{problems} | {LoadResult.Milliseconds(all, 50):F2} "
            + $"| {LoadResult.Milliseconds(all, 99):F2} | {LoadResult.Milliseconds(all, 99.9):F2} | {LoadResult.Milliseconds(all, 100):F1} "
            + $"| {CpuMeter.MicrosecondsEach(cpu.Servers, result.Answers):F1}, {CpuMeter.MicrosecondsEach(cpu.Load, result.Answers):F1} |");
    }
}
