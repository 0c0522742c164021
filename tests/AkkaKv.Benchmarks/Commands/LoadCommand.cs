using System.Net;
using AkkaKv.Benchmarks.Load;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>The load generator alone, against servers that run already.</summary>
internal static class LoadCommand
{
    public const string Help = """
        load [--servers HOST:PORT,...] [--connections 64] [--depth 1] [--puts PERCENT] [--keys 100000] [--value BYTES] [--zipfian]
             [--no-fill] [--warmup SECONDS] [--seconds 10] [--rate PER-SECOND] [--threads 1]
          Writes and reads against running servers, checks every reply, and prints throughput and latencies.
        """;

    public static async Task<int> RunAsync(Flags flags)
    {
        var options = new LoadOptions
        {
            Servers = [.. (flags.Text("--servers") ?? "127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003").Split(',').Select(IPEndPoint.Parse)],
            Connections = flags.Number("--connections", 64),
            Depth = flags.Number("--depth", 1),
            PutPercent = flags.Number("--puts", 100),
            Distribution = flags.Has("--zipfian") ? Distribution.Zipfian : Distribution.Uniform,
            WarmUp = flags.Seconds("--warmup", 2),
            Duration = flags.Seconds("--seconds", 10),
            Rate = flags.Number("--rate", 0),
            Threads = flags.Number("--threads", 1),
            Progress = Console.Error,
        };
        var data = new Dataset(flags.Number("--keys", 100_000), flags.Number("--value", 100));
        var isFilled = !flags.Has("--no-fill");
        flags.RefuseOthers();

        if (isFilled)
            await FillAsync(options, data, () => new RespWire(data)).ConfigureAwait(false);
        var result = await LoadRun.RunAsync(options, data, () => new RespWire(data)).ConfigureAwait(false);
        Console.Write(result.ToText());
        Console.WriteLine(result.ToJson("load"));
        return result.Problems.Count == 0 ? 0 : 1;
    }

    /// <summary>Writes every key once that was not written yet.</summary>
    /// <exception cref="InvalidOperationException">Not all writes were answered with OK.</exception>
    public static async Task<LoadResult> FillAsync(LoadOptions options, Dataset data, Func<Wire> wires, bool canPipeline = true)
    {
        // Large values fill the pipes with fewer requests. Many connections: Redis' WAIT stops all that is behind it on its own.
        var depth = canPipeline ? Math.Clamp(250_000 / data.ValueBytes, 1, 16) : 1;
        var result = await LoadRun.RunAsync(
            options with { IsFill = true, Connections = canPipeline ? 48 : 256, Depth = depth, Rate = 0 }, data, wires)
            .ConfigureAwait(false);
        return result.Problems.Count == 0
            ? result
            : throw new InvalidOperationException($"The keys could not be written:\n{result.ToText()}");
    }
}
