using System.Diagnostics;

namespace AkkaKv.Simulation.Model;

/// <summary>When a search gives up.</summary>
/// <param name="Time">How long it may take.</param>
/// <param name="Bytes">About how much memory it may use.</param>
internal sealed record SearchLimits(TimeSpan Time, long Bytes)
{
    public static SearchLimits None { get; } = new(TimeSpan.MaxValue, long.MaxValue);
}

/// <summary>What a search found.</summary>
/// <param name="Violation">The broken invariant; null if none was.</param>
/// <param name="Schedule">The steps that lead to it, from the initial state.</param>
/// <param name="IsComplete">Whether every state within the bounds was visited.</param>
internal sealed record SearchResult(
    Bounds Bounds, string? Violation, IReadOnlyList<Step> Schedule, bool IsComplete, long States, long Transitions, int Depth,
    TimeSpan Elapsed)
{
    /// <summary>The result in a few lines, the schedule with the state it ends in.</summary>
    public override string ToString()
    {
        var outcome = Violation is not null ? $"{Violation} after {Schedule.Count} steps"
            : IsComplete ? "no violation, searched to completion" : "no violation so far, search not complete";
        var text = $"{Bounds}\n{outcome}: {States:N0} states, {Transitions:N0} transitions, depth {Depth}, {Elapsed.TotalSeconds:F1} s";
        if (Violation is null) return text;

        var protocol = new Protocol(Bounds);
        var state = protocol.Initial();
        var number = 0;
        if (Bounds.Established) text += "\n     (the first leader is established)";
        foreach (var step in Schedule)
        {
            text += $"\n{++number,4}. {step}";
            protocol.Try(protocol.View(state), step);
            protocol.Normalize(protocol.View(state));
        }

        return $"{text}\n{protocol.Describe(protocol.View(state))}";
    }
}

/// <summary>Visits every state within the bounds, breadth first, so that a violation is found by a shortest schedule.</summary>
internal sealed class Search(Bounds bounds, SearchLimits limits, Action<SearchResult>? progress = null)
{
    private readonly Protocol _protocol = new(bounds);
    private readonly StateSet _seen = new();
    private readonly Frontier _frontier = new(ModelState.Size(bounds));
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _transitions;
    private int _depth;

    public SearchResult Run()
    {
        var current = _protocol.Initial();
        var next = new byte[current.Length];
        _protocol.Normalize(_protocol.View(current));
        _seen.Add(StateSet.Fingerprint(current), -1);
        _frontier.Push(current);

        var levelEnd = 1;
        var nextReport = TimeSpan.FromSeconds(10);
        for (var id = 0; id < _seen.Count; id++)
        {
            if (id == levelEnd)
            {
                _depth++;
                levelEnd = _seen.Count;
            }

            _frontier.Pop(current);
            if (Expand(id, current, next) is { } violation) return Result(violation, PathTo(id, next), isComplete: false);
            if ((id & 0xFFF) != 0) continue;
            if (limits.Time < _watch.Elapsed || limits.Bytes < _seen.Bytes + _frontier.Bytes) return Result(null, [], isComplete: false);
            if (_watch.Elapsed < nextReport) continue;
            nextReport = _watch.Elapsed + TimeSpan.FromSeconds(10);
            progress?.Invoke(Result(null, [], isComplete: false));
        }

        return Result(null, [], isComplete: true);
    }

    /// <summary>Takes every step that can happen. The successor that breaks an invariant is left in <paramref name="next"/>.</summary>
    private string? Expand(int id, byte[] current, byte[] next)
    {
        current.CopyTo(next, 0);
        var view = _protocol.View(next);
        foreach (var step in _protocol.Steps)
        {
            if (!_protocol.Try(view, step)) continue;
            _transitions++;
            _protocol.Normalize(view);
            if (_seen.Add(StateSet.Fingerprint(next), id))
            {
                if (_protocol.Violation(view) is { } violation) return violation;
                _frontier.Push(next);
            }

            current.CopyTo(next, 0);
        }

        return null;
    }

    /// <summary>The states on the way are known by their fingerprints only: plays the schedule again to find the steps.</summary>
    private List<Step> PathTo(int last, byte[] violating)
    {
        var ids = new Stack<int>();
        for (var id = last; id > 0; id = _seen.Parent(id)) ids.Push(id);

        var schedule = new List<Step>();
        var state = _protocol.Initial();
        _protocol.Normalize(_protocol.View(state));
        foreach (var id in ids) schedule.Add(StepTo(state, _seen[id]));
        schedule.Add(StepTo(state, StateSet.Fingerprint(violating)));
        return schedule;
    }

    private Step StepTo(byte[] state, UInt128 fingerprint)
    {
        var next = new byte[state.Length];
        foreach (var step in _protocol.Steps)
        {
            state.CopyTo(next, 0);
            if (!_protocol.Try(_protocol.View(next), step)) continue;
            _protocol.Normalize(_protocol.View(next));
            if (StateSet.Fingerprint(next) != fingerprint) continue;
            next.CopyTo(state, 0);
            return step;
        }

        throw new UnreachableException("A state has no step from its parent.");
    }

    private SearchResult Result(string? violation, IReadOnlyList<Step> schedule, bool isComplete) =>
        new(bounds, violation, schedule, isComplete, _seen.Count, _transitions, _depth, _watch.Elapsed);

    /// <summary>The states not expanded yet, first in, first out.</summary>
    private sealed class Frontier(int stateSize)
    {
        private const int ChunkStates = 1 << 12;

        private readonly Queue<byte[]> _chunks = new();
        private byte[] _last = [];
        private int _read;
        private int _written;

        public long Bytes => (long)_chunks.Count * ChunkStates * stateSize;

        public void Push(byte[] state)
        {
            if (_written % ChunkStates == 0) _chunks.Enqueue(_last = new byte[ChunkStates * stateSize]);
            state.CopyTo(_last, _written++ % ChunkStates * stateSize);
        }

        public void Pop(byte[] state)
        {
            Array.Copy(_chunks.Peek(), _read++ % ChunkStates * stateSize, state, 0, stateSize);
            if (_read % ChunkStates == 0) _chunks.Dequeue();
        }
    }
}
