using System.Collections.Immutable;
using System.Net;

namespace AkkaKv.Benchmarks.Load;

/// <summary>One run of the load generator.</summary>
internal sealed record LoadOptions
{
    /// <summary>Where to; connection after connection goes to the next one.</summary>
    public required ImmutableArray<IPEndPoint> Servers { get; init; }

    public int Connections { get; init; } = 64;

    /// <summary>Requests under way on each connection.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Of a hundred requests so many are writes.</summary>
    public int PutPercent { get; init; } = 100;

    public Distribution Distribution { get; init; }

    /// <summary>Requests before the measurement begins.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests a second, due whether or not earlier ones are answered; 0 for a new one for each answer.</summary>
    public int Rate { get; init; }

    /// <summary>Threads; each has its share of the connections.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Writes each key once, in order, and ends with the last; duration and warm-up do not matter.</summary>
    public bool IsFill { get; init; }

    /// <summary>A request that took longer is reported as a stall, with its time.</summary>
    public TimeSpan StallBound { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Says once a second how it goes; null for silence.</summary>
    public TextWriter? Progress { get; init; }
}
