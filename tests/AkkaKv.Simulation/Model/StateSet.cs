using System.Numerics;
using System.Runtime.InteropServices;

namespace AkkaKv.Simulation.Model;

/// <summary>
/// The states seen, each as a 128-bit fingerprint, numbered in the order of discovery, with the state it was first reached from.
/// Two states of a billion share a fingerprint with a probability below 10⁻²⁰; then one of them would not be searched.
/// </summary>
internal sealed class StateSet
{
    private const int ChunkBits = 16;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<UInt128[]> _fingerprints = [];
    private readonly List<int[]> _parents = [];
    private int[] _table = new int[1 << 16];

    public int Count { get; private set; }

    /// <summary>Bytes in use, the frontier of the search not counted.</summary>
    public long Bytes => (_table.LongLength * sizeof(int)) + ((long)_parents.Count * ChunkSize * (16 + sizeof(int)));

    public static UInt128 Fingerprint(ReadOnlySpan<byte> state)
    {
        ulong one = 0x9E3779B97F4A7C15, other = 0xC2B2AE3D27D4EB4F;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(state))
        {
            one = BitOperations.RotateLeft((one ^ word) * 0xFF51AFD7ED558CCD, 29);
            other = (BitOperations.RotateLeft(other, 37) + word) * 0x9FB21C651E98DF25;
            other ^= other >> 35;
        }

        return new UInt128(Mix(one), Mix(other));
    }

    public UInt128 this[int id] => _fingerprints[id >> ChunkBits][id & (ChunkSize - 1)];

    public int Parent(int id) => _parents[id >> ChunkBits][id & (ChunkSize - 1)];

    /// <summary>Adds a state unless it is there.</summary>
    /// <returns>Whether it is new; then its number is the count before.</returns>
    public bool Add(UInt128 fingerprint, int parent)
    {
        var mask = _table.Length - 1;
        for (var slot = (int)(ulong)fingerprint & mask; ; slot = (slot + 1) & mask)
        {
            var id = _table[slot] - 1;
            if (id >= 0 && this[id] != fingerprint) continue;
            if (id >= 0) return false;
            _table[slot] = Append(fingerprint, parent) + 1;
            if (_table.Length * 0.7 < Count) Grow();
            return true;
        }
    }

    private int Append(UInt128 fingerprint, int parent)
    {
        if ((Count & (ChunkSize - 1)) == 0)
        {
            _fingerprints.Add(new UInt128[ChunkSize]);
            _parents.Add(new int[ChunkSize]);
        }

        _fingerprints[^1][Count & (ChunkSize - 1)] = fingerprint;
        _parents[^1][Count & (ChunkSize - 1)] = parent;
        return Count++;
    }

    private void Grow()
    {
        var table = new int[_table.Length * 2];
        var mask = table.Length - 1;
        for (var id = 0; id < Count; id++)
        {
            var slot = (int)(ulong)this[id] & mask;
            while (table[slot] != 0) slot = (slot + 1) & mask;
            table[slot] = id + 1;
        }

        _table = table;
    }

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
