namespace AkkaKv.Simulation;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014): the same seed gives the same numbers on every machine and in every version of
/// .NET, which System.Random does not promise.
/// </summary>
public sealed class Prng(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="below"/> - 1.</summary>
    public int Next(int below) => (int)Math.BigMul(NextBits(), (ulong)below, out _);

    /// <summary>0 to 1, 1 excluded.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Random bytes in the shape of a name that is never used twice.</summary>
    public Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, NextBits());
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], NextBits());
        return new Guid(bytes);
    }

    /// <summary>A generator of its own for one purpose, so that more draws for one do not move the others.</summary>
    public Prng Fork() => new(NextBits());
}
