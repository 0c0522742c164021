using System.Globalization;

namespace AkkaKv.Simulation.World;

/// <summary>
/// What happened: always as a hash, which tells whether two runs were the same, and on demand as lines for people.
/// </summary>
internal sealed class Trace(Timeline timeline, bool keepsLines)
{
    private const int LinesMax = 20_000;

    private readonly Queue<string> _lines = new();

    /// <summary>FNV-1a over every event.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037;

    public bool KeepsLines => keepsLines;

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Where lines go as they come; null for nowhere.</summary>
    public Action<string>? Follower { get; set; }

    public void Add(long what, long a = 0, long b = 0, long c = 0)
    {
        Fold(timeline.Now);
        Fold(what);
        Fold(a);
        Fold(b);
        Fold(c);
    }

    /// <summary>A line; not part of the hash.</summary>
    public void Say(string line)
    {
        if (!keepsLines) return;
        if (_lines.Count == LinesMax) _lines.Dequeue();
        var seconds = (timeline.Now / 1e9).ToString("F6", CultureInfo.InvariantCulture);
        var stamped = $"{seconds,12}  {line}";
        _lines.Enqueue(stamped);
        Follower?.Invoke(stamped);
    }

    private void Fold(long value)
    {
        for (var shift = 0; shift < 64; shift += 16) Hash = (Hash ^ (((ulong)value >> shift) & 0xFFFF)) * 1099511628211;
    }
}
