using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>How long writes stall when the leader's process is killed, again and again.</summary>
internal static class FailoverCommand
{
    public const string Help = """
        failover [--times 10] [--port 21000] [--update FILE ...]
          Kills the leader's process under a stream of writes at the other two servers, and prints how long these stall. With --update
          the last line takes the place of the block "failover" in these documents.
        """;

    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(Flags flags)
    {
        var (times, port) = (flags.Number("--times", 10), flags.Number("--port", 21_000));
        var documents = new Documents(flags.Texts("--update"));
        flags.RefuseOthers();

        await using var cluster = await LocalCluster.StartAsync(port).ConfigureAwait(false);
        var stalls = new List<double>();
        var refused = 0;
        for (var i = 0; i < times; i++)
        {
            var leader = await cluster.FindLeaderAsync().ConfigureAwait(false);
            using var stop = new CancellationTokenSource();
            var writers = Enumerable.Range(0, cluster.Servers.Length).Where(server => server != leader)
                .Select(server => Task.Run(() => WriteAsync(cluster.Servers[server], stop.Token))).ToList();
            await Task.Delay(Steady).ConfigureAwait(false);
            await cluster.KillAsync(leader).ConfigureAwait(false);
            await cluster.FindLeaderAsync().ConfigureAwait(false);
            await Task.Delay(Steady).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            var seen = await Task.WhenAll(writers).ConfigureAwait(false);
            stalls.Add(seen.Max(writer => writer.Slowest.TotalMilliseconds));
            refused += seen.Sum(writer => writer.Refused);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{i + 1,3}: server {leader + 1} killed, writes stalled {stalls[^1]:F0} ms"));

            cluster.Start(leader);
            await cluster.WaitUntilReadyAsync(leader).ConfigureAwait(false);
        }

        stalls.Sort();
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{times} kills: median {stalls[stalls.Count / 2]:F0} ms, longest {stalls[^1]:F0} ms, {refused} writes refused.");
        Console.WriteLine(line);
        documents.Update("failover", _ => $"{line} {Machine.Describe()} Version {Machine.Version}.");
        return refused == 0 ? 0 : 1;
    }

    /// <summary>Writes one after the other until it is told to stop.</summary>
    private static async Task<(TimeSpan Slowest, int Refused)> WriteAsync(IPEndPoint server, CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, CancellationToken.None).ConfigureAwait(false);
        var (slowest, refused) = (TimeSpan.Zero, 0);
        var request = Encoding.ASCII.GetBytes("*3\r\n$3\r\nSET\r\n$8\r\nfailover\r\n$1\r\n1\r\n");
        var reply = new byte[512];
        while (!stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            await socket.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
            using var limit = new CancellationTokenSource(AnswerLimit);
            var length = await socket.ReceiveAsync(reply, limit.Token).ConfigureAwait(false);
            var elapsed = Stopwatch.GetElapsedTime(began);
            slowest = elapsed > slowest ? elapsed : slowest;
            refused += reply.AsSpan(0, length).SequenceEqual("+OK\r\n"u8) ? 0 : 1;
        }

        return (slowest, refused);
    }
}
