using System.Buffers.Binary;
using System.Diagnostics;

namespace AkkaKv.Benchmarks.Load;

/// <summary>
/// The keys of a run and what was written to each, so that every value that is read can be checked. A value says of which run, key
/// and version it is; what follows is a piece of one pattern that depends on all of them.
/// </summary>
internal sealed class Dataset
{
    /// <summary>Room for what a value says of itself, in bytes.</summary>
    public const int ValueBytesMin = 10;

    /// <summary>Length of every key in bytes: "key:" and ten digits.</summary>
    public const int KeyBytes = 14;

    private const int Shifts = 256;

    private readonly byte[] _pattern;
    private int[] _versions;
    private readonly ushort _run = (ushort)Stopwatch.GetTimestamp();

    public Dataset(int keys, int valueBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(valueBytes, ValueBytesMin);
        ValueBytes = valueBytes;
        _versions = new int[keys];
        _pattern = new byte[valueBytes + Shifts];
        new Random(1).NextBytes(_pattern);
    }

    public int Keys => _versions.Length;

    public int ValueBytes { get; }

    /// <summary>Keys below this number were written once at least. A fill goes on from here.</summary>
    public int Written { get; set; }

    /// <summary>True when every key was written: a read that finds nothing is then wrong.</summary>
    public bool IsFilled => Written == Keys;

    /// <summary>Adds keys; never while a run goes on.</summary>
    /// <param name="keys">How many there are then.</param>
    public void Grow(int keys)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, Keys);
        Array.Resize(ref _versions, keys);
    }

    /// <summary>The version for the next write of a key. From then on a read may see it.</summary>
    public int NextVersion(int key) => Interlocked.Increment(ref _versions[key]);

    public static void WriteKey(Span<byte> target, int key)
    {
        "key:"u8.CopyTo(target);
        for (var i = KeyBytes - 1; i >= 4; i--)
        {
            target[i] = (byte)('0' + (key % 10));
            key /= 10;
        }
    }

    public void WriteValue(Span<byte> target, int key, int version)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, _run);
        BinaryPrimitives.WriteInt32LittleEndian(target[2..], key);
        BinaryPrimitives.WriteInt32LittleEndian(target[6..], version);
        Filler(key, version).CopyTo(target[ValueBytesMin..]);
    }

    /// <summary>True when somebody wrote this value to this key: in this run a version that was begun, or any in an earlier run.</summary>
    public bool WasWritten(ReadOnlySpan<byte> value, int key)
    {
        if (value.Length != ValueBytes || BinaryPrimitives.ReadInt32LittleEndian(value[2..]) != key)
            return false;

        var version = BinaryPrimitives.ReadInt32LittleEndian(value[6..]);
        var isOfThisRun = BinaryPrimitives.ReadUInt16LittleEndian(value) == _run;
        return version >= 1
            && (!isOfThisRun || version <= Volatile.Read(ref _versions[key]))
            && value[ValueBytesMin..].SequenceEqual(Filler(key, version));
    }

    private ReadOnlySpan<byte> Filler(int key, int version) =>
        _pattern.AsSpan(((key * 31) + version) & (Shifts - 1), ValueBytes - ValueBytesMin);
}
