using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using AkkaKv.Faults.Tests.Processes;
using AkkaKv.Simulation;
using AkkaKv.Simulation.Linearizability;

namespace AkkaKv.Faults.Tests.Clients;

/// <summary>
/// Several clients at all servers, on few keys, so that they meet. Beside the contested keys each client writes keys of its own,
/// once: an acknowledged one must be there at the end, whatever happened.
/// </summary>
internal sealed class Workload : IAsyncDisposable
{
    private const int ContestedKeys = 6;

    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan ThinkTime = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(20);

    private readonly IReadOnlyList<ServerProcess> _servers;
    private readonly string _name;
    private readonly KeyHistory[] _keys = new KeyHistory[ContestedKeys];
    private readonly ConcurrentBag<KeyHistory> _histories = [];
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly ConcurrentDictionary<string, int> _refusals = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;
    private readonly Lock _lock = new();
    private int _generations;
    private long _done;
    private long _unknown;

    /// <param name="servers">The servers, any of which a client may ask.</param>
    /// <param name="name">In the names of all keys: no other load on the cluster may have the same.</param>
    /// <param name="clients">How many work at once.</param>
    /// <param name="seed">Decides what each client asks for, in which order, and where.</param>
    public Workload(IReadOnlyList<ServerProcess> servers, string name, int clients, ulong seed)
    {
        _servers = servers;
        _name = name;
        for (var slot = 0; slot < _keys.Length; slot++)
            _keys[slot] = NewKey(slot);
        var random = new Prng(seed);
        _clients = [.. Enumerable.Range(0, clients).Select(number =>
        {
            var own = random.Fork();
            return Task.Run(() => RunClientAsync(number, own));
        })];
    }

    public long Done => Interlocked.Read(ref _done);

    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>How often each error came, by its first word.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    public IReadOnlyDictionary<string, string> Acknowledged => _acknowledged;

    public IEnumerable<KeyHistory> Histories => _histories;

    /// <summary>Lets every client finish what it waits for.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunClientAsync(int number, Prng random)
    {
        var connections = _servers.Select(server => new KvClient(server.Host, server.ClientPort, ClientTimeout)).ToList();
        var home = number % connections.Count;
        for (var sequence = 0; !_stop.IsCancellationRequested; sequence++)
        {
            var server = random.Chance(0.8) ? home : random.Next(connections.Count);
            var outcome = random.Chance(0.15)
                ? await WriteOwnKeyAsync(connections[server], number, sequence)
                : await TouchContestedKeyAsync(connections[server], number, sequence, random);
            Count(outcome);
            if (outcome.Kind is OutcomeKind.NotSent or OutcomeKind.Unknown)
                home = (server + 1) % connections.Count;
            await Task.Delay(outcome.IsDone ? ThinkTime : PauseAfterFailure, CancellationToken.None);
        }

        connections.ForEach(connection => connection.Dispose());
    }

    private void Count(Outcome outcome)
    {
        if (outcome.IsDone)
            Interlocked.Increment(ref _done);
        else if (outcome.Kind == OutcomeKind.Refused)
            _refusals.AddOrUpdate(outcome.Prefix, 1, (_, count) => count + 1);
        if (outcome.Kind == OutcomeKind.Unknown)
            Interlocked.Increment(ref _unknown);
    }

    private async Task<Outcome> WriteOwnKeyAsync(KvClient connection, int number, int sequence)
    {
        var key = $"{_name}-own-{number}-{sequence}";
        var value = $"{sequence}";
        var outcome = await connection.AskAsync("SET", key, value);
        if (outcome.IsDone)
            _acknowledged[key] = value;
        return outcome;
    }

    private async Task<Outcome> TouchContestedKeyAsync(KvClient connection, int number, int sequence, Prng random)
    {
        var slot = random.Next(_keys.Length);
        var key = CurrentKey(slot);
        var operation = Draw(key, number, $"v{number}.{sequence}", random);
        var invoked = Stopwatch.GetTimestamp();
        var outcome = await connection.AskAsync(Command(operation));
        var returned = Stopwatch.GetTimestamp();
        if (outcome.IsDone)
            key.Add(operation with { Output = Output(operation.Kind, outcome), Invoked = invoked, Returned = returned });
        else if (outcome.Kind == OutcomeKind.Unknown)
            key.Add(operation with { Invoked = invoked });
        return outcome;
    }

    private static Operation Draw(KeyHistory key, int client, string value, Prng random)
    {
        Operation Make(OperationKind kind, string? input = null, string? expected = null) =>
            new(client, kind, key.Name, input, expected, null, 0, Operation.Never);

        var draw = random.Next(100);
        if (draw < 45)
            return Make(OperationKind.Get);
        if (draw < 52)
            return Make(OperationKind.Delete);
        if (key.IsCounter)
            return Make(OperationKind.Increment);
        if (draw < 62)
            return Make(OperationKind.SetIfAbsent, value);
        return draw < 75 && key.LastSeen is { } seen
            ? Make(OperationKind.SetIfEqual, value, seen)
            : Make(OperationKind.Set, value);
    }

    private static string[] Command(Operation operation) => operation.Kind switch
    {
        OperationKind.Get => ["GET", operation.Key],
        OperationKind.Set => ["SET", operation.Key, operation.Input!],
        OperationKind.Delete => ["DEL", operation.Key],
        OperationKind.Increment => ["INCR", operation.Key],
        OperationKind.SetIfAbsent => ["SET", operation.Key, operation.Input!, "NX"],
        OperationKind.SetIfEqual => ["SET", operation.Key, operation.Input!, "IFEQ", operation.Expected!],
        _ => throw new UnreachableException(),
    };

    private static string? Output(OperationKind kind, Outcome outcome) => kind switch
    {
        OperationKind.Set => null,
        OperationKind.Delete or OperationKind.Increment => outcome.Reply!.Integer.ToString(CultureInfo.InvariantCulture),
        _ => outcome.Reply!.IsNull ? null : outcome.Reply.Text,
    };

    private KeyHistory CurrentKey(int slot)
    {
        lock (_lock)
        {
            if (_keys[slot].IsSpent)
                _keys[slot] = NewKey(slot);
            return _keys[slot];
        }
    }

    private KeyHistory NewKey(int slot)
    {
        var key = new KeyHistory($"{_name}-{slot}-{_generations++}", isCounter: slot % 3 == 0);
        _histories.Add(key);
        return key;
    }
}
