using AkkaKv.Simulation.Linearizability;

namespace AkkaKv.Faults.Tests.Clients;

/// <summary>
/// One key and everything that clients did to it. A key is given up before its history becomes too hard to check: an operation
/// of unknown outcome stays concurrent with everything after it.
/// </summary>
internal sealed class KeyHistory(string name, bool isCounter)
{
    private const int OperationsMax = 400;
    private const int UnknownWritesMax = 6;

    private readonly Lock _lock = new();
    private readonly List<Operation> _operations = [];
    private int _unknownWrites;
    private string? _lastSeen;

    public string Name { get; } = name;

    /// <summary>Incremented instead of set.</summary>
    public bool IsCounter { get; } = isCounter;

    public bool IsSpent
    {
        get
        {
            lock (_lock)
                return _operations.Count >= OperationsMax || _unknownWrites >= UnknownWritesMax;
        }
    }

    /// <summary>The value some client saw or wrote last: what a conditional write compares with to have a chance.</summary>
    public string? LastSeen
    {
        get
        {
            lock (_lock)
                return _lastSeen;
        }
    }

    public void Add(Operation operation)
    {
        lock (_lock)
        {
            _operations.Add(operation);
            if (operation.IsUnknown && operation.Kind != OperationKind.Get)
                _unknownWrites++;
            if (!operation.IsUnknown)
                _lastSeen = operation.Kind == OperationKind.Get ? operation.Output : operation.Input ?? _lastSeen;
        }
    }

    /// <summary>Call when all clients have stopped.</summary>
    public IReadOnlyList<Operation> Operations => _operations;
}
