using System.Diagnostics;
using AkkaKv.Faults.Tests.Processes;

namespace AkkaKv.Faults.Tests.Clients;

/// <summary>The longest time without a success, of one kind of command at one server.</summary>
internal readonly record struct Stalls(TimeSpan Write, TimeSpan Read);

/// <summary>
/// Two lone clients at each server, one writing and one reading, a command every few milliseconds: how long a fault holds up
/// whom it leaves alive.
/// </summary>
internal sealed class StallProbe : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<int, (Track Write, Track Read)> _tracks = [];
    private readonly List<Task> _clients = [];

    public StallProbe(IReadOnlyList<ServerProcess> servers)
    {
        foreach (var server in servers)
        {
            var (write, read) = (new Track(), new Track());
            _tracks[server.Id] = (write, read);
            var key = $"probe-{server.Id}";
            _clients.Add(Task.Run(() => RunAsync(server, write, sequence => ["SET", key, $"{sequence}"])));
            _clients.Add(Task.Run(() => RunAsync(server, read, _ => ["GET", key])));
        }
    }

    /// <summary>Forgets what was: a fault is about to begin.</summary>
    public void Restart()
    {
        foreach (var (write, read) in _tracks.Values)
        {
            write.Restart();
            read.Restart();
        }
    }

    /// <summary>The longest stalls since the restart at the servers that no fault touched.</summary>
    public Stalls Longest(IEnumerable<ServerProcess> untouched)
    {
        var longest = new Stalls(TimeSpan.Zero, TimeSpan.Zero);
        foreach (var server in untouched)
        {
            var (write, read) = _tracks[server.Id];
            longest = new Stalls(Max(longest.Write, write.Longest()), Max(longest.Read, read.Longest()));
        }

        return longest;
    }

    /// <summary>Requests since the restart that were refused or whose outcome is not known, at the given servers.</summary>
    public int Failures(IEnumerable<ServerProcess> servers) =>
        servers.Sum(server => _tracks[server.Id].Write.Failures + _tracks[server.Id].Read.Failures);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private async Task RunAsync(ServerProcess server, Track track, Func<int, string[]> command)
    {
        using var client = new KvClient(server.Host, server.ClientPort, Timeout);
        for (var sequence = 0; !_stop.IsCancellationRequested; sequence++)
        {
            var outcome = await client.AskAsync(command(sequence));
            track.Add(outcome);
            await Task.Delay(Interval, CancellationToken.None);
        }
    }

    /// <summary>Successes of one client, and the longest time between two.</summary>
    private sealed class Track
    {
        private readonly Lock _lock = new();
        private long _last = Stopwatch.GetTimestamp();
        private TimeSpan _longest;

        public int Failures { get; private set; }

        public void Add(Outcome outcome)
        {
            lock (_lock)
            {
                if (outcome.IsDone)
                {
                    Note();
                    _last = Stopwatch.GetTimestamp();
                }
                else if (outcome.Kind != OutcomeKind.NotSent)
                {
                    Failures++;
                }
            }
        }

        public void Restart()
        {
            lock (_lock)
            {
                _last = Stopwatch.GetTimestamp();
                _longest = TimeSpan.Zero;
                Failures = 0;
            }
        }

        public TimeSpan Longest()
        {
            lock (_lock)
            {
                Note();
                return _longest;
            }
        }

        // The wait between two commands is no stall.
        private void Note()
        {
            var gap = Stopwatch.GetElapsedTime(_last) - Interval;
            if (gap > _longest)
                _longest = gap;
        }
    }
}
