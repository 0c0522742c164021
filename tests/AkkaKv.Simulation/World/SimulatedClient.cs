using System.Globalization;
using System.Text;
using AkkaKv.Core;
using AkkaKv.Core.Commands;
using AkkaKv.Core.State;
using AkkaKv.Simulation.Checks;
using AkkaKv.Simulation.Linearizability;

namespace AkkaKv.Simulation.World;

/// <summary>
/// One client: one operation after another at one server, as its session there would do it: reads from local memory if they can be
/// served there, else through the replica. It remembers what it asked and what it was told.
/// </summary>
internal sealed class SimulatedClient(SimulatedCluster cluster, int number, int home, Prng random)
{
    private readonly CommandWriter _commands = new();
    private Request? _request;
    private SimulatedServer? _server;

    /// <summary>Operations that were answered with a result since the faults ended.</summary>
    public int AnswersSinceHeal { get; private set; }

    public bool IsIdle => _request is null;

    public void Begin() => Rest();

    /// <summary>The server died, and with it the connection: what a write did is not known.</summary>
    public void OnServerDied(SimulatedServer server)
    {
        if (_request is null || _server != server) return;
        var request = _request;
        _request = null;
        request.Forget();
        Rest();
    }

    private void Rest() => cluster.Timeline.After(
        Timeline.Milliseconds(cluster.Plan.ThinkMilliseconds * (0.1 + (2 * random.NextDouble()))), Act);

    private void Act()
    {
        if (cluster.ClientsStop) return;
        var slot = random.Chance(0.9) ? home : random.Next(cluster.Servers.Length);
        _server = cluster.Servers[slot];
        if (!_server.IsUp || _server.IsPaused)
        {
            Rest();
            return;
        }

        if (random.Chance(cluster.Plan.Reads)) Read(random.Chance(0.2) ? 2 : 1);
        else Write(random.Chance(0.2) ? 3 : 1);
    }

    private void Read(int count)
    {
        var request = new Request(this);
        for (var i = 0; i < count; i++) request.Add(OperationKind.Get, cluster.Keys.Pick(random), null, null);
        _request = request;
        var replica = _server!.Replica!;
        if (count == 1)
        {
            if (replica.Reads.TryGet(request.Keys[0], out var item))
            {
                request.OnRead(replica.State.AppliedIndex, [TextOf(item)]);
                return;
            }
        }
        else
        {
            var found = new List<string?>();
            var read = replica.Reads.TryRead((request, found), static (state, arg) =>
            {
                arg.found.Clear();
                arg.found.AddRange(arg.request.Keys.Select(key => TextOf(state.Find(key))));
            });
            if (read)
            {
                request.OnRead(replica.State.AppliedIndex, found);
                return;
            }
        }

        var clientRead = new ClientRead(count == 1 ? ReadScope.Key : ReadScope.WholeStore, count == 1 ? request.Keys[0] : default, request);
        _server.PostToReplica(() => replica.Read(clientRead));
    }

    private void Write(int countMax)
    {
        var request = new Request(this);
        var count = 1 + random.Next(countMax);
        for (var i = 0; i < count; i++) WriteCommand(request);
        _request = request;
        var replica = _server!.Replica!;
        var submission = new ClientRequest(_commands.Take(), request.Count, request);
        _server.PostToReplica(() => replica.Submit(submission));
    }

    private void WriteCommand(Request request)
    {
        var key = cluster.Keys.Pick(random);
        var name = Encoding.ASCII.GetBytes(key);
        var text = cluster.Keys.NextValue();
        var value = Encoding.ASCII.GetBytes(text);
        if (KeySpace.Expires(key) && random.Chance(0.6))
        {
            request.Add(OperationKind.Set, key, text, null);
            _commands.Set(name, value, new SetOptions { Expiry = Expiry.After(20 + random.Next(400)) });
            return;
        }

        switch (random.Next(6))
        {
            case 0:
                request.Add(OperationKind.Delete, key, null, null);
                _commands.Delete(name);
                break;
            case 1:
                request.Add(OperationKind.Increment, key, null, null);
                _commands.IncrementBy(name, 1);
                break;
            case 2:
                request.Add(OperationKind.SetIfAbsent, key, text, null);
                _commands.Set(name, value, new SetOptions { Condition = SetCondition.IfAbsent });
                break;
            case 3 when cluster.Keys.LastSeen(key) is { } seen:
                request.Add(OperationKind.SetIfEqual, key, text, seen);
                _commands.Set(name, value, new SetOptions { Condition = SetCondition.IfEqual, Comparand = Encoding.ASCII.GetBytes(seen) });
                break;
            default:
                request.Add(OperationKind.Set, key, text, null);
                _commands.Set(name, value);
                break;
        }
    }

    private void Done(bool hasResult)
    {
        _request = null;
        if (hasResult && cluster.IsHealed) AnswersSinceHeal++;
        Rest();
    }

    private static string? TextOf(Item? item) => item is null ? null : Encoding.ASCII.GetString(item.Value);

    /// <summary>What one submission asked; receives its one answer.</summary>
    private sealed class Request(SimulatedClient client) : IClientReplySink, IClientReadSink
    {
        private readonly SimulatedCluster _cluster = client.Cluster;
        private readonly List<Operation> _operations = [];
        private readonly List<LogIndex> _fresh = [];
        private bool _isDone;

        public List<byte[]> Keys { get; } = [];

        public int Count => _operations.Count;

        public void Add(OperationKind kind, string key, string? input, string? expected)
        {
            _operations.Add(new Operation(client.Number, kind, key, input, expected, null, _cluster.NextMoment(), Operation.Never));
            _fresh.Add(_cluster.Checks.Reference.LastChange(key));
            Keys.Add(Encoding.ASCII.GetBytes(key));
        }

        public void OnReadable(KeyValueState state) => OnRead(state.AppliedIndex, [.. Keys.Select(key => TextOf(state.Find(key)))]);

        public void OnRefused(ReplyStatus status)
        {
            Finish($"is refused: {status}");
            client.Done(hasResult: false);
        }

        /// <summary>A read was answered from the state at an index: not older than what was visible when it began, and true.</summary>
        public void OnRead(LogIndex index, List<string?> values)
        {
            for (var i = 0; i < values.Count; i++)
            {
                var operation = _operations[i] with { Output = values[i], Returned = _cluster.NextMoment() };
                _cluster.Keep(operation);
                _cluster.Keys.Saw(operation.Key, values[i]);
                if (index < _fresh[i])
                    throw new SafetyViolationException($"stale read at {index}, {_fresh[i]} was visible when it began: {operation}");
                if (_cluster.Checks.Visible.Index < index)
                    throw new SafetyViolationException($"I7: a read at {index}, which no leader committed: {operation}");
                var truth = _cluster.Checks.Reference.ValueAt(operation.Key, index);
                if (truth != values[i])
                    throw new SafetyViolationException($"I5: a read at {index}, where it is {truth ?? "(nil)"}: {operation}");
            }

            Finish("is answered");
            client.Done(hasResult: true);
        }

        public void OnReply(ClientReply reply)
        {
            Finish($"is told {reply.Status}");
            if (reply.Status == ReplyStatus.Committed) KeepResults(reply.Results.Span);
            else if (reply.Status == ReplyStatus.Uncertain) KeepUnknown();
            client.Done(reply.Status == ReplyStatus.Committed);
        }

        public void Forget()
        {
            _isDone = true;
            KeepUnknown();
        }

        private void KeepUnknown()
        {
            foreach (var operation in _operations)
            {
                if (operation.Kind == OperationKind.Get) continue;
                _cluster.Keep(operation);
                _cluster.Keys.CountUnknown(operation.Key);
            }
        }

        private void KeepResults(ReadOnlySpan<byte> results)
        {
            var reader = new ResultReader(results);
            foreach (var operation in _operations)
            {
                if (!reader.TryRead(out var result)) throw new SafetyViolationException($"too few results for {operation}");
                var output = result.Kind switch
                {
                    ResultKind.Ok => "OK",
                    ResultKind.Nil => null,
                    ResultKind.Integer => result.Integer.ToString(CultureInfo.InvariantCulture),
                    _ => throw new SafetyViolationException($"{result.Kind} for {operation}"),
                };
                _cluster.Keep(operation with { Output = output, Returned = _cluster.NextMoment() });
                if (operation.Kind is OperationKind.Set) _cluster.Keys.Saw(operation.Key, operation.Input);
            }

            if (!reader.IsAtEnd) throw new SafetyViolationException("too many results");
        }

        private void Finish(string how)
        {
            if (_isDone) throw new SafetyViolationException($"a request was answered twice: {_operations[0]}");
            _isDone = true;
            _cluster.Trace.Add(6, client.Number, how.Length, (int)_operations[0].Kind);
            if (_cluster.Trace.KeepsLines) _cluster.Trace.Say($"client {client.Number} {how}: {string.Join(", ", _operations)}");
        }
    }

    private SimulatedCluster Cluster => cluster;

    private int Number => number;
}
