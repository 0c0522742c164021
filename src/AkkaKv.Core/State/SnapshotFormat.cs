using System.Buffers.Binary;

namespace AkkaKv.Core.State;

/// <summary>
/// The binary form of a snapshot, for disk and wire. Numbers are little-endian, ids 16 bytes big-endian.
/// <code>
/// preamble   "AKKV-SNP", format version u32
/// block...   kind u8, payload length i32, checksum of these five u32, payload, checksum of the payload u32
///
/// Header     cluster id, epoch (round u64, slot u8, nonce u64), index i64, stamp i64, items i64, last session id i64,
///            sessions i32, registry of stores to the end                                         exactly one, first
/// Session    id i64, slot u8, incarnation i64, low i64, results i64                              one for each, ids rising
/// Results    (sequence i64, length i32, bytes)...                                                of the session before, rising
/// Items      (version i64, expiry i64, key length i32, value length i32, key, value)...          each key once
/// Footer     items i64, blocks before i64                                                        exactly one, last
/// </code>
/// Checksums are CRC-32C and cover the offset of the block as well, so a good block in the wrong place is damage. The head of a
/// block has its own, so that a damaged length is found where it stands. Any bit that differs, and any cut, is refused.
/// </summary>
internal static class SnapshotFormat
{
    public const uint Version = 1;
    public const int PreambleBytes = 12;
    public const int BlockHeadBytes = sizeof(byte) + sizeof(int) + sizeof(uint);
    public const int BlockTailBytes = sizeof(uint);
    public const int HeaderBytesMin = 16 + 8 + 1 + 8 + 8 + 8 + 8 + 8 + 4;
    public const int SessionBytes = 8 + 1 + 8 + 8 + 8;
    public const int ResultHeadBytes = 8 + 4;
    public const int ItemHeadBytes = 8 + 8 + 4 + 4;
    public const int FooterBytes = 16;

    /// <summary>Size at which a block is closed; a single item that is larger has one of its own.</summary>
    public const int BlockBytesTarget = 64 * 1024;

    public static ReadOnlySpan<byte> Magic => "AKKV-SNP"u8;

    public static uint Checksum(long blockOffset, ReadOnlySpan<byte> data)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, blockOffset);
        return Crc32C.Append(Crc32C.Compute(place), data);
    }
}

/// <summary>What a block of a snapshot holds. The numbers are on disk.</summary>
internal enum SnapshotBlock : byte
{
    Header = 1,
    Session = 2,
    Results = 3,
    Items = 4,
    Footer = 5,
}
