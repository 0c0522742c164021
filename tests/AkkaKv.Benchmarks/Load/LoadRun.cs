using System.Diagnostics;
using System.Globalization;

namespace AkkaKv.Benchmarks.Load;

/// <summary>Runs the load generator.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    /// <summary>Runs until the time is over or, for a fill, until all keys are written.</summary>
    /// <param name="options">How.</param>
    /// <param name="data">What.</param>
    /// <param name="wires">Makes the protocol of a connection.</param>
    public static async Task<LoadResult> RunAsync(LoadOptions options, Dataset data, Func<Wire> wires)
    {
        var workers = new List<LoadWorker>();
        try
        {
            for (var i = 0; i < options.Threads; i++)
            {
                var share = (options.Connections / options.Threads) + (i < options.Connections % options.Threads ? 1 : 0);
                if (share > 0)
                    workers.Add(new LoadWorker(options, data, wires, i, share));
            }

            var began = Stopwatch.GetTimestamp();
            var all = Task.WhenAll(workers.Select(worker => Task.Factory.StartNew(
                worker.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            await ReportAsync(options, workers, all).ConfigureAwait(false);
            await all.ConfigureAwait(false);
            var elapsed = options.IsFill ? Stopwatch.GetElapsedTime(began) : options.Duration;
            var result = LoadResult.Gather(options, data, workers, elapsed);
            if (options.IsFill && result.Problems.Count == 0)
                data.Written = data.Keys;
            return result;
        }
        finally
        {
            foreach (var worker in workers)
                worker.Dispose();
        }
    }

    private static async Task ReportAsync(LoadOptions options, List<LoadWorker> workers, Task end)
    {
        var (began, last, before) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), 0L);
        while (await Task.WhenAny(end, Task.Delay(ProgressInterval)).ConfigureAwait(false) != end)
        {
            if (options.Progress is null)
                continue;

            var (now, operations) = (Stopwatch.GetTimestamp(), workers.Sum(worker => worker.Operations));
            var rate = (operations - before) / Stopwatch.GetElapsedTime(last, now).TotalSeconds;
            var elapsed = Stopwatch.GetElapsedTime(began, now).TotalSeconds;
            var note = !options.IsFill && elapsed < options.WarmUp.TotalSeconds ? " (warm-up)" : string.Empty;
            await options.Progress.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"  {elapsed,5:F0} s {rate,12:N0}/s{note}")).ConfigureAwait(false);
            (last, before) = (now, operations);
        }
    }
}
