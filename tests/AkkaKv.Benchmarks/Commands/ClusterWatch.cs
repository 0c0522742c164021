using System.Diagnostics;
using System.Globalization;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>Notes what servers do by themselves while they are under load: snapshots and new log files.</summary>
internal sealed class ClusterWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly LocalCluster _cluster;
    private readonly List<(TimeSpan At, string Text)> _events = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private int _snapshots;
    private int _logFiles;

    public ClusterWatch(LocalCluster cluster)
    {
        _cluster = cluster;
        _watching = Task.WhenAll(Enumerable.Range(0, cluster.Servers.Length).Select(WatchAsync));
    }

    public int Snapshots => _snapshots;

    public int LogFiles => _logFiles;

    /// <summary>What happened, in its order.</summary>
    public IReadOnlyList<(TimeSpan At, string Text)> Events
    {
        get
        {
            lock (_events)
                return [.. _events.OrderBy(each => each.At)];
        }
    }

    /// <summary>Notes something.</summary>
    /// <returns>The time of it, since the watch began.</returns>
    public TimeSpan Note(string text)
    {
        var now = Stopwatch.GetElapsedTime(_began);
        lock (_events)
            _events.Add((now, text));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {now.TotalSeconds:F3} s: {text}"));
        return now;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WatchAsync(int server)
    {
        var (snapshots, logs) = (Names(server, "snapshot-*.kv"), Names(server, "log-*.wal"));
        while (true)
        {
            await Task.Delay(Interval, _stop.Token).ConfigureAwait(false);
            var (newSnapshots, newLogs) = (Names(server, "snapshot-*.kv"), Names(server, "log-*.wal"));
            foreach (var name in newSnapshots.Except(snapshots))
            {
                Interlocked.Increment(ref _snapshots);
                Note($"server {server + 1} has written {name}");
            }

            foreach (var name in newLogs.Except(logs))
            {
                Interlocked.Increment(ref _logFiles);
                Note($"server {server + 1} has begun {name}");
            }

            (snapshots, logs) = (newSnapshots, newLogs);
        }
    }

    private HashSet<string> Names(int server, string pattern) =>
        [.. new DirectoryInfo(_cluster.DataDirectory(server)).EnumerateFiles(pattern).Select(file => file.Name)];
}
