using System.Buffers.Binary;
using System.Numerics;

namespace AkkaKv.Core;

/// <summary>
/// CRC-32C (Castagnoli, reflected, as in iSCSI and ext4): the checksum of every record and block. The processor's own
/// instruction does it where there is one, eight bytes at a time.
/// </summary>
public static class Crc32C
{
    /// <summary>Checksum of one span.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>Checksum of what <paramref name="checksum"/> covers followed by <paramref name="data"/>; 0 covers nothing.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> data)
    {
        var state = ~checksum;
        while (data.Length >= sizeof(ulong) * 4)
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data));
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data[8..]));
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data[16..]));
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data[24..]));
            data = data[32..];
        }

        while (data.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }

        foreach (var octet in data) state = BitOperations.Crc32C(state, octet);
        return ~state;
    }
}
