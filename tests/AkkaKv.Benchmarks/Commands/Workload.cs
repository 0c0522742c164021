using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>One of the workloads by which stores are compared.</summary>
internal sealed record Workload(string Name, string Title, int Connections, int Depth, int PutPercent)
{
    public const int Keys = 100_000;
    public const int ValueBytes = 100;

    public static readonly IReadOnlyList<Workload> Standard =
    [
        new("W1", "PUT, 1 connection", 1, 1, 100),
        new("W2", "PUT, 64 connections", 64, 1, 100),
        new("W3", "PUT, 16 connections, 16 deep", 16, 16, 100),
        new("W4", "GET, 64 connections", 64, 1, 0),
        new("W5", "GET, 16 connections, 16 deep", 16, 16, 0),
        new("W6", "90 % GET, 10 % PUT, 64 connections", 64, 1, 10),
        new("W7", "GET, 64 connections to one server", 64, 1, 0) { HasOneServer = true },
    ];

    /// <summary>All connections go to the same server.</summary>
    public bool HasOneServer { get; init; }

    public async Task<LoadResult> RunAsync(Target target, Dataset data, LoadOptions options) => await LoadRun.RunAsync(
        options with
        {
            Servers = HasOneServer ? [await target.OneServerAsync().ConfigureAwait(false)] : target.Servers,
            Connections = target.CanPipeline ? Connections : Connections * Depth,
            Depth = target.CanPipeline ? Depth : 1,
            PutPercent = PutPercent,
        },
        data,
        () => target.Wire(data)).ConfigureAwait(false);
}
