using System.Diagnostics;

namespace AkkaKv.Simulation.Model;

/// <summary>
/// Random schedules, for bounds too large to be searched. Each step is drawn in two draws, first what happens and then where, lest the
/// many ways to deliver a heartbeat crowd out the one takeover. The same seed walks the same way.
/// </summary>
internal sealed class RandomWalk(Bounds bounds, ulong seed, int length, long stepsMax, TimeSpan time)
{
    private readonly Protocol _protocol = new(bounds);
    private readonly Prng _prng = new(seed);
    private readonly List<Step> _schedule = [];
    private readonly List<Step> _enabled = [];

    /// <returns>With the number of steps taken as transitions, and of walks begun as states.</returns>
    public SearchResult Run()
    {
        var watch = Stopwatch.StartNew();
        long walks = 0, steps = 0;
        var initial = _protocol.Initial();
        _protocol.Normalize(_protocol.View(initial));
        var state = new byte[initial.Length];
        var scratch = new byte[initial.Length];
        while (steps < stepsMax && watch.Elapsed < time)
        {
            walks++;
            _schedule.Clear();
            initial.CopyTo(state, 0);
            while (_schedule.Count < length && Draw(state, scratch) is { } step)
            {
                steps++;
                _schedule.Add(step);
                _protocol.Try(_protocol.View(state), step);
                _protocol.Normalize(_protocol.View(state));
                if (_protocol.Violation(_protocol.View(state)) is { } violation)
                    return new SearchResult(bounds, violation, [.. _schedule], false, walks, steps, length, watch.Elapsed);
            }
        }

        return new SearchResult(bounds, null, [], false, walks, steps, length, watch.Elapsed);
    }

    private Step? Draw(byte[] state, byte[] scratch)
    {
        _enabled.Clear();
        var kinds = 0u;
        foreach (var step in _protocol.Steps)
        {
            state.CopyTo(scratch, 0);
            if (!_protocol.Try(_protocol.View(scratch), step)) continue;
            _enabled.Add(step);
            kinds |= 1u << (int)step.Kind;
        }

        if (kinds == 0) return null;
        var chosen = _prng.Next(System.Numerics.BitOperations.PopCount(kinds));
        for (; chosen > 0; chosen--) kinds &= kinds - 1;
        var kind = (StepKind)System.Numerics.BitOperations.TrailingZeroCount(kinds);
        var places = _enabled.Count(step => step.Kind == kind);
        return _enabled.Where(step => step.Kind == kind).ElementAt(_prng.Next(places));
    }
}
