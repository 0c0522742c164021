namespace AkkaKv.Simulation.Linearizability;

/// <summary>What a check found.</summary>
public enum Verdict
{
    /// <summary>There is an order that explains every reply.</summary>
    Ok,

    /// <summary>There is none.</summary>
    Illegal,

    /// <summary>The search was given up: the history is too concurrent for the budget.</summary>
    Unknown,
}

/// <summary>
/// Decides whether the operations on one key could have happened one at a time, each between its invocation and its return
/// (Herlihy and Wing 1990). Search of Wing and Gong (1993) with the memory of Lowe (2017) of what was tried: a set of
/// operations that have happened, and the value they leave, is looked at once. Keys are independent of one another
/// (locality), so a history is checked key by key.
/// </summary>
public static class Checker
{
    /// <summary>Configurations to remember before giving up: a few hundred MB at worst.</summary>
    public const int ConfigurationsMax = 2_000_000;

    /// <summary>Checks the operations of one key, whatever their order in the list.</summary>
    public static Verdict Check(IReadOnlyList<Operation> operations, int configurationsMax = ConfigurationsMax)
    {
        // A read whose reply is not known says nothing.
        var relevant = operations.Where(operation => !(operation.IsUnknown && operation.Kind == OperationKind.Get)).ToList();
        return new Search(relevant, configurationsMax).Run();
    }

    /// <summary>Checks every key of a history; says which keys are not <see cref="Verdict.Ok"/>.</summary>
    public static IReadOnlyList<(string Key, Verdict Verdict, IReadOnlyList<Operation> Operations)> CheckKeys(
        IEnumerable<Operation> history, int configurationsMax = ConfigurationsMax)
    {
        var findings = new List<(string, Verdict, IReadOnlyList<Operation>)>();
        foreach (var group in history.GroupBy(operation => operation.Key).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var operations = group.ToList();
            var verdict = Check(operations, configurationsMax);
            if (verdict != Verdict.Ok)
                findings.Add((group.Key, verdict, operations));
        }

        return findings;
    }

    private sealed class Search
    {
        private readonly List<Operation> _operations;
        private readonly int _configurationsMax;
        private readonly Event _head = new(-1, false);
        private readonly HashSet<Configuration> _seen = [];
        private readonly Stack<(Event Call, string? Value)> _done = new();
        private readonly ulong[] _happened;
        private int _open;

        public Search(List<Operation> operations, int configurationsMax)
        {
            _operations = operations;
            _configurationsMax = configurationsMax;
            _happened = new ulong[(operations.Count + 63) / 64];
            _open = operations.Count(operation => !operation.IsUnknown);
            LinkEvents();
        }

        /// <summary>
        /// Walks the events in time. A call may happen now if the model allows it; then the walk starts again without it. Coming to
        /// the return of an operation that has not happened means that an earlier choice was wrong.
        /// </summary>
        public Verdict Run()
        {
            string? value = null;
            var at = _head.Next;
            while (_open > 0)
            {
                if (at is { IsReturn: false })
                {
                    if (TryHappen(at, ref value))
                        at = _head.Next;
                    else
                        at = at.Next;
                    if (_seen.Count > _configurationsMax)
                        return Verdict.Unknown;
                    continue;
                }

                if (_done.Count == 0)
                    return Verdict.Illegal;
                at = TakeBack(ref value);
            }

            return Verdict.Ok;
        }

        private bool TryHappen(Event call, ref string? value)
        {
            if (!RegisterModel.TryStep(value, _operations[call.Operation], out var next))
                return false;

            _happened[call.Operation / 64] |= 1UL << (call.Operation % 64);
            if (!_seen.Add(new Configuration((ulong[])_happened.Clone(), next)))
            {
                _happened[call.Operation / 64] &= ~(1UL << (call.Operation % 64));
                return false;
            }

            _done.Push((call, value));
            value = next;
            call.Lift();
            if (!_operations[call.Operation].IsUnknown)
                _open--;
            return true;
        }

        private Event? TakeBack(ref string? value)
        {
            var (call, before) = _done.Pop();
            value = before;
            _happened[call.Operation / 64] &= ~(1UL << (call.Operation % 64));
            call.Unlift();
            if (!_operations[call.Operation].IsUnknown)
                _open++;
            return call.Next;
        }

        // At equal times calls come before returns: operations that touch are concurrent.
        private void LinkEvents()
        {
            var events = new List<(long Time, Event Event)>();
            for (var i = 0; i < _operations.Count; i++)
            {
                var call = new Event(i, false);
                events.Add((_operations[i].Invoked, call));
                if (_operations[i].IsUnknown)
                    continue;

                call.Return = new Event(i, true);
                events.Add((_operations[i].Returned, call.Return));
            }

            var last = _head;
            foreach (var (_, next) in events.OrderBy(e => e.Time).ThenBy(e => e.Event.IsReturn).ThenBy(e => e.Event.Operation))
            {
                last.Next = next;
                next.Previous = last;
                last = next;
            }
        }
    }

    /// <summary>A call or a return in the list of what has not happened yet.</summary>
    private sealed class Event(int operation, bool isReturn)
    {
        public int Operation { get; } = operation;

        public bool IsReturn { get; } = isReturn;

        public Event? Return { get; set; }

        public Event? Previous { get; set; }

        public Event? Next { get; set; }

        /// <summary>Takes call and return out of the list; they keep their neighbours, to be put back in the opposite order.</summary>
        public void Lift()
        {
            Unlink();
            Return?.Unlink();
        }

        public void Unlift()
        {
            Return?.Relink();
            Relink();
        }

        private void Unlink()
        {
            Previous!.Next = Next;
            Next?.Previous = Previous;
        }

        private void Relink()
        {
            Previous!.Next = this;
            Next?.Previous = this;
        }
    }

    /// <summary>Which operations have happened, and the value they left.</summary>
    private readonly struct Configuration(ulong[] happened, string? value) : IEquatable<Configuration>
    {
        private readonly ulong[] _happened = happened;
        private readonly string? _value = value;

        public bool Equals(Configuration other) => _value == other._value && _happened.AsSpan().SequenceEqual(other._happened);

        public override bool Equals(object? obj) => obj is Configuration other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var word in _happened)
                hash.Add(word);
            hash.Add(_value);
            return hash.ToHashCode();
        }
    }
}
