using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace AkkaKv.Core.State;

/// <summary>
/// SipHash-1-3 of a key, keyed by the cluster id: the same on all servers of a cluster, so that a SCAN goes on at another one,
/// and not to be guessed by clients who would like all their keys in one bucket.
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
/// </summary>
internal readonly struct KeyHash
{
    private readonly ulong _v0;
    private readonly ulong _v1;
    private readonly ulong _v2;
    private readonly ulong _v3;

    public KeyHash(ClusterId cluster)
    {
        Span<byte> key = stackalloc byte[16];
        cluster.Value.TryWriteBytes(key, bigEndian: true, out _);
        var k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        var k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
        _v0 = k0 ^ 0x736f6d6570736575;
        _v1 = k1 ^ 0x646f72616e646f6d;
        _v2 = k0 ^ 0x6c7967656e657261;
        _v3 = k1 ^ 0x7465646279746573;
    }

    public ulong Compute(ReadOnlySpan<byte> data)
    {
        var (v0, v1, v2, v3) = (_v0, _v1, _v2, _v3);
        var last = (ulong)data.Length << 56;
        while (data.Length >= sizeof(ulong))
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(data);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            data = data[sizeof(ulong)..];
        }

        for (var i = 0; i < data.Length; i++) last |= (ulong)data[i] << (8 * i);
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xff;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // Or the four words live in memory and not in registers.
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
