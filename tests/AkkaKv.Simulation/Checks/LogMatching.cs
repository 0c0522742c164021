using System.Runtime.InteropServices;
using AkkaKv.Core;

namespace AkkaKv.Simulation.Checks;

/// <summary>
/// I3: a position names one entry after one other, in every log that was ever written, whether it stayed there or not. What holds for
/// each entry and the one before it holds for the whole logs up to there.
/// </summary>
internal sealed class LogMatching
{
    private readonly Dictionary<LogPosition, (LogPosition Previous, Entry Entry)> _known = [];

    /// <summary>A server writes an entry after another one.</summary>
    public void OnAppend(ReplicaId by, LogPosition previous, Entry entry)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, entry.Position, out var exists);
        if (!exists) known = (previous, entry);
        else if (known.Previous != previous)
            throw new SafetyViolationException($"I3: {by} writes {entry} after {previous}, and elsewhere it comes after {known.Previous}");
        else if (!IsSame(known.Entry, entry))
            throw new SafetyViolationException($"I3: {by} writes {entry}, and elsewhere that is another entry: {known.Entry}");
    }

    private static bool IsSame(Entry one, Entry other) =>
        one == other || (one.Stamp == other.Stamp && one.Kind == other.Kind && one.Payload.Span.SequenceEqual(other.Payload.Span));
}
