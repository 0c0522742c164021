using System.Globalization;
using System.Text;
using AkkaKv.Core;
using AkkaKv.Core.Commands;
using AkkaKv.Core.State;
using AkkaKv.Simulation.Checks;
using AkkaKv.Simulation.Linearizability;

namespace AkkaKv.Simulation.World;

/// <summary>What one submission of a client asked; receives its one answer, and says at once if that cannot be.</summary>
/// <param name="cluster">Where it is asked.</param>
/// <param name="client">Who asks.</param>
/// <param name="done">Called with the answer: whether it was a result.</param>
internal sealed class SimulatedRequest(SimulatedCluster cluster, int client, Action<bool> done) : IClientReplySink, IClientReadSink
{
    private readonly List<Operation> _operations = [];
    private readonly List<LogIndex> _fresh = [];

    public List<byte[]> Keys { get; } = [];

    /// <summary>It was answered, or will never be.</summary>
    public bool IsDone { get; private set; }

    /// <summary>It was answered with what it asked for.</summary>
    public bool HasResult { get; private set; }

    /// <summary>Asks as a session of this server does: local memory first, if it can serve the read, else the replica.</summary>
    public void ReadAt(SimulatedServer server)
    {
        var replica = server.Replica!;
        if (_operations.Count == 1)
        {
            string? found = null;
            if (replica.Reads.TryGet(Keys[0], item => found = TextOf(item)))
            {
                OnRead(replica.State.AppliedIndex, [found]);
                return;
            }
        }
        else
        {
            var found = new List<string?>();
            var read = replica.Reads.TryRead((this, found), static (state, arg) =>
            {
                arg.found.Clear();
                arg.found.AddRange(arg.Item1.Keys.Select(key => TextOf(state.Find(key))));
            });
            if (read)
            {
                OnRead(replica.State.AppliedIndex, found);
                return;
            }
        }

        var scope = _operations.Count == 1 ? ReadScope.Key : ReadScope.WholeStore;
        var question = new ClientRead(scope, scope == ReadScope.Key ? Keys[0] : default, this);
        server.PostToReplica(() => replica.Read(question));
    }

    /// <summary>Submits the commands that belong to what was added.</summary>
    public void WriteAt(SimulatedServer server, ReadOnlyMemory<byte> commands)
    {
        var replica = server.Replica!;
        var submission = new ClientRequest(commands, _operations.Count, this);
        server.PostToReplica(() => replica.Submit(submission));
    }

    public void Add(OperationKind kind, string key, string? input, string? expected)
    {
        _operations.Add(new Operation(client, kind, key, input, expected, null, cluster.NextMoment(), Operation.Never));
        _fresh.Add(cluster.Checks.Reference.LastChange(key));
        Keys.Add(Encoding.ASCII.GetBytes(key));
    }

    public void OnReadable(KeyValueState state) => OnRead(state.AppliedIndex, [.. Keys.Select(key => TextOf(state.Find(key)))]);

    public void OnRefused(ReplyStatus status)
    {
        Finish($"is refused: {status}");
        done(false);
    }

    /// <summary>A read was answered from the state at an index: not older than what was visible when it began, and true.</summary>
    public void OnRead(LogIndex index, List<string?> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var operation = _operations[i] with { Output = values[i], Returned = cluster.NextMoment() };
            cluster.Keep(operation);
            cluster.Keys.Saw(operation.Key, values[i]);
            if (index < _fresh[i])
                throw new SafetyViolationException($"stale read at {index}, {_fresh[i]} was visible when it began: {operation}");
            if (cluster.Checks.Visible.Index < index)
                throw new SafetyViolationException($"I7: a read at {index}, which no leader committed: {operation}");
            var truth = cluster.Checks.Reference.ValueAt(operation.Key, index);
            if (truth != values[i])
                throw new SafetyViolationException($"I5: a read at {index}, where it is {truth ?? "(nil)"}: {operation}");
        }

        HasResult = true;
        Finish("is answered");
        done(true);
    }

    public void OnReply(ClientReply reply)
    {
        Finish($"is told {reply.Status}");
        HasResult = reply.Status == ReplyStatus.Committed;
        if (HasResult) KeepResults(reply.Results.Span);
        else if (reply.Status == ReplyStatus.Uncertain) KeepUnknown();
        done(HasResult);
    }

    public void Forget()
    {
        IsDone = true;
        KeepUnknown();
    }

    private void KeepUnknown()
    {
        foreach (var operation in _operations)
        {
            if (operation.Kind == OperationKind.Get) continue;
            cluster.Keep(operation);
            cluster.Keys.CountUnknown(operation.Key);
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
            cluster.Keep(operation with { Output = output, Returned = cluster.NextMoment() });
            if (operation.Kind is OperationKind.Set) cluster.Keys.Saw(operation.Key, operation.Input);
        }

        if (!reader.IsAtEnd) throw new SafetyViolationException("too many results");
    }

    private static string? TextOf(Item? item) => item is null ? null : Encoding.ASCII.GetString(item.Value);

    private void Finish(string how)
    {
        if (IsDone) throw new SafetyViolationException($"a request was answered twice: {_operations[0]}");
        IsDone = true;
        cluster.Trace.Add(6, client, how.Length, (int)_operations[0].Kind);
        if (cluster.Trace.KeepsLines) cluster.Trace.Say($"client {client} {how}: {string.Join(", ", _operations)}");
    }
}
