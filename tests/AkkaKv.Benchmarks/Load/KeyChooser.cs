namespace AkkaKv.Benchmarks.Load;

/// <summary>How keys are drawn.</summary>
internal enum Distribution
{
    /// <summary>All alike.</summary>
    Uniform,

    /// <summary>A few often, most seldom: YCSB's zipfian distribution, constant 0.99, popular keys spread over the key space.</summary>
    Zipfian,
}

/// <summary>Draws keys, the same ones in every run.</summary>
internal sealed class KeyChooser
{
    private const double Theta = 0.99;

    private readonly int _keys;
    private readonly Distribution _distribution;
    private readonly double _zeta;
    private readonly double _eta;
    private readonly double _secondBound;
    private ulong _state;

    public KeyChooser(int keys, Distribution distribution, int seed)
    {
        _keys = keys;
        _distribution = distribution;
        _state = 0x9E3779B97F4A7C15UL * (ulong)(seed + 1);
        if (distribution != Distribution.Zipfian)
            return;

        // Gray et al., "Quickly generating billion-record synthetic databases", as YCSB uses it.
        for (var i = 1; i <= keys; i++)
            _zeta += 1 / Math.Pow(i, Theta);
        _secondBound = 1 + Math.Pow(0.5, Theta);
        _eta = (1 - Math.Pow(2.0 / keys, 1 - Theta)) / (1 - (_secondBound / _zeta));
    }

    public int Next() => _distribution == Distribution.Uniform ? Below(_keys) : Zipfian();

    /// <summary>True in so many of a hundred cases.</summary>
    public bool IsAmong(int percent) => percent >= 100 || (percent > 0 && Below(100) < percent);

    private int Zipfian()
    {
        var u = (Draw() >> 11) * (1.0 / (1UL << 53));
        var uz = u * _zeta;
        var rank = uz < 1 ? 0 : uz < _secondBound ? 1 : (long)(_keys * Math.Pow((_eta * u) - _eta + 1, 1 / (1 - Theta)));
        return (int)(Mix((ulong)rank) % (ulong)_keys);
    }

    private int Below(int bound) => (int)((ulong)(uint)(Draw() >> 32) * (ulong)bound >> 32);

    // SplitMix64.
    private ulong Draw() => Mix(_state += 0x9E3779B97F4A7C15UL);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
