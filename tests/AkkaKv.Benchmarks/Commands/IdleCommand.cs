using System.Globalization;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>What three servers use when nobody asks them for anything.</summary>
internal static class IdleCommand
{
    public const string Help = """
        idle [--seconds 30] [--port 21000] [--update FILE ...]
          Starts three servers and prints the processor time and memory that each uses while nothing happens, from a minute after the
          start on. With --update the table takes the place of the block "idle" in these documents.
        """;

    /// <summary>
    /// What little a server does when nobody asks it for anything is compiled once more in its first minute. That took as much as the
    /// doing.
    /// </summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(Flags flags)
    {
        var (time, port) = (flags.Seconds("--seconds", 30), flags.Number("--port", 21_000));
        var documents = new Documents(flags.Texts("--update"));
        flags.RefuseOthers();

        await using var cluster = await LocalCluster.StartAsync(port).ConfigureAwait(false);
        await Task.Delay(Settle).ConfigureAwait(false);
        var before = cluster.Processes.Select(server => server.Cpu).ToList();
        await Task.Delay(time).ConfigureAwait(false);
        var table = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        table.WriteLine("| server | percent of a core | memory MB |\n|---|--:|--:|");
        foreach (var (server, used, number) in cluster.Processes.Select((server, i) => (server, server.Cpu - before[i], i + 1)))
            table.WriteLine($"| {number} | {100 * (used / time):F2} | {server.Memory / 1e6:F0} |");

        Console.Write(table);
        documents.Update("idle", _ => $"{table}\n{Machine.Describe()} Version {Machine.Version}.");
        return 0;
    }
}
