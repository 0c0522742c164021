using System.Globalization;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>What three servers use when nobody asks them for anything.</summary>
internal static class IdleCommand
{
    public const string Help = """
        idle [--seconds 30] [--port 21000]
          Starts three servers and prints the processor time and memory that each uses while nothing happens.
        """;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(Flags flags)
    {
        var (time, port) = (flags.Seconds("--seconds", 30), flags.Number("--port", 21_000));
        flags.RefuseOthers();

        await using var cluster = await LocalCluster.StartAsync(port).ConfigureAwait(false);
        await Task.Delay(Settle).ConfigureAwait(false);
        var before = cluster.Processes.Select(server => server.Cpu).ToList();
        await Task.Delay(time).ConfigureAwait(false);
        Console.WriteLine("| server | percent of a core | memory MB |\n|---|--:|--:|");
        foreach (var (server, used, number) in cluster.Processes.Select((server, i) => (server, server.Cpu - before[i], i + 1)))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {number} | {100 * (used / time):F2} | {server.Memory / 1e6:F0} |"));
        }

        return 0;
    }
}
