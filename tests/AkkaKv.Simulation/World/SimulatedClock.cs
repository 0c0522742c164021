using AkkaKv.Core;

namespace AkkaKv.Simulation.World;

/// <summary>One machine's clocks: they start anywhere and run at a rate of their own.</summary>
internal sealed class SimulatedClock(Timeline timeline, long bootNanoseconds, long wallOffsetMilliseconds) : IClock
{
    private const long Million = 1_000_000;

    private long _since;
    private long _local = bootNanoseconds;

    /// <summary>Nanoseconds that this clock counts in a millisecond of true time; the protocol stands 900,000 to 1,100,000.</summary>
    public long RatePerMillion { get; private set; } = Million;

    /// <summary>How far the wall clock is off. It may jump; nothing but stamps depends on it.</summary>
    public long WallOffsetMilliseconds { get; set; } = wallOffsetMilliseconds;

    public Instant Now => new(_local + ((timeline.Now - _since) * RatePerMillion / Million));

    public long UnixMilliseconds => 1_750_000_000_000 + (timeline.Now / Million) + WallOffsetMilliseconds;

    public void SetRate(long ratePerMillion)
    {
        _local = Now.Nanoseconds;
        _since = timeline.Now;
        RatePerMillion = ratePerMillion;
    }

    /// <summary>The first moment of true time at which this clock shows <paramref name="instant"/> or more.</summary>
    public long TrueTimeOf(Instant instant)
    {
        var distance = instant.Nanoseconds - _local;
        if (distance <= 0) return timeline.Now;
        if (distance > long.MaxValue / Million / 2) return long.MaxValue / 2;
        return _since + (((distance * Million) + RatePerMillion - 1) / RatePerMillion);
    }
}
