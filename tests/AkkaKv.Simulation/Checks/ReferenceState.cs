using AkkaKv.Core;
using AkkaKv.Core.State;

namespace AkkaKv.Simulation.Checks;

/// <summary>
/// The visible log applied entry by entry to one map that never crashes, with the history of every key: what a read at an index must
/// say, and from which index on a read is fresh enough.
/// </summary>
internal sealed class ReferenceState : IResultSink
{
    private readonly SortedDictionary<string, List<(LogIndex Index, string? Value)>> _history = new(StringComparer.Ordinal);
    private readonly HashSet<(long Session, long Sequence)> _executed = [];

    /// <summary>Null before the first entry.</summary>
    public KeyValueState? State { get; private set; }

    public void Apply(Entry entry, ClusterId cluster)
    {
        State ??= new KeyValueState(cluster);
        State.MarkPending(entry);
        State.Apply(entry, this);
        foreach (var (key, history) in _history)
        {
            var item = State.Find(System.Text.Encoding.ASCII.GetBytes(key));
            var value = item is null ? null : System.Text.Encoding.ASCII.GetString(item.Value);
            if (history.Count == 0 ? value is not null : history[^1].Value != value) history.Add((entry.Index, value));
        }
    }

    /// <summary>From now on the history of this key is kept; it was never written before.</summary>
    public void Watch(string key) => _history.TryAdd(key, []);

    /// <summary>The index of the newest visible change of a key.</summary>
    public LogIndex LastChange(string key) => _history[key] is { Count: > 0 } history ? history[^1].Index : LogIndex.Zero;

    /// <summary>What the key held after an index.</summary>
    public string? ValueAt(string key, LogIndex index) => _history[key].FindLast(change => change.Index <= index).Value;

    /// <summary>R9: a request takes effect once, however often it is in the log.</summary>
    public void OnResult(long sessionId, long sequence, RequestOutcome outcome, ReadOnlyMemory<byte> results)
    {
        if (sessionId == 0 || outcome != RequestOutcome.Executed) return;
        if (!_executed.Add((sessionId, sequence)))
            throw new SafetyViolationException($"R9: request {sequence} of session {sessionId} was executed twice");
    }

    /// <summary>What two maps differ in; null if they say the same.</summary>
    public static string? Difference(KeyValueState one, KeyValueState other)
    {
        if (one.Applied != other.Applied) return $"one is at {one.Applied}, the other at {other.Applied}";
        if (one.Stamp != other.Stamp) return $"stamps {one.Stamp} and {other.Stamp}";
        if (one.Stores != other.Stores && one.Stores.ToString() != other.Stores.ToString()) return "the registries of stores differ";
        var left = Describe(one);
        var right = Describe(other);
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
            if (left[i] != right[i]) return $"{left[i]} and {right[i]}";
        return left.Count == right.Count ? null : $"{left.Count} and {right.Count} items and sessions";
    }

    private static List<string> Describe(KeyValueState state)
    {
        var lines = new List<string>();
        using var capture = state.BeginCapture();
        while (capture.TryNext(out var items))
        {
            foreach (var item in items.Span)
            {
                var key = System.Text.Encoding.ASCII.GetString(item.Key);
                lines.Add($"{key}={System.Text.Encoding.ASCII.GetString(item.Value)} version {item.Version} expires {item.ExpireAt}");
            }
        }

        lines.Sort(StringComparer.Ordinal);
        lines.Add($"last session {capture.LastSessionId}");
        foreach (var session in capture.Sessions)
        {
            var results = session.Results.Select(static result => $"{result.Sequence}:{Convert.ToHexString(result.Results.Span)}");
            lines.Add($"session {session.Id} of {session.Slot} run {session.Incarnation} low {session.Low} {string.Join(' ', results)}");
        }

        return lines;
    }
}
