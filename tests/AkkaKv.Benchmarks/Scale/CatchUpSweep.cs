using AkkaKv.Benchmarks.Commands;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Scale;

/// <summary>How long a server takes to get what it missed while it was down, and everything when its disk was lost.</summary>
internal sealed class CatchUpSweep : Sweep
{
    public override string Name => "catchup";

    public override string XLabel => "writes missed";

    public override IReadOnlyList<int> Sizes => [1_000, 10_000, 100_000, 1_000_000];

    public override IReadOnlyList<Picture> Pictures =>
        [new("catchup", "Time to catch up by writes missed", "seconds since the start", "caught up s", "lost disk filled s")];

    public override async Task RunAsync(
        LocalCluster cluster, IReadOnlyList<int> sizes, LoadOptions options, Action<ScaleResult> found)
    {
        var data = new Dataset(1, Workload.ValueBytes);
        foreach (var writes in sizes)
        {
            var follower = await cluster.FindFollowerAsync().ConfigureAwait(false);
            await cluster.StopAsync(follower).ConfigureAwait(false);
            data.Grow(data.Written + writes);
            options = options with { Servers = cluster.Servers.RemoveAt(follower) };
            var fill = await LoadCommand.FillAsync(options, data, () => cluster.Wire(data)).ConfigureAwait(false);
            var (ready, level) = await cluster.StartAndCatchUpAsync(follower).ConfigureAwait(false);

            await cluster.StopAsync(follower).ConfigureAwait(false);
            cluster.LoseDisk(follower);
            var (_, filled) = await cluster.StartAndCatchUpAsync(follower).ConfigureAwait(false);
            var values = new Dictionary<string, double>
            {
                ["ready s"] = ready.TotalSeconds,
                ["caught up s"] = level.TotalSeconds,
                ["keys in all"] = data.Keys,
                ["lost disk filled s"] = filled.TotalSeconds,
            };
            found(Result(writes, values, fill));
        }
    }
}
