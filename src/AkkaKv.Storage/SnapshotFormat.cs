using System.Buffers.Binary;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// A snapshot file <c>snapshot-&lt;index&gt;.kv</c>: a header, then the content in frames of <see cref="FrameBytes"/>, the last
/// one shorter. What the content means is the business of the state's own codec. Little-endian:
/// <code>
/// header                                     frame
///      0     4 magic                              0     4 CRC32C of place (header's CRC, number of the frame) and the rest
///      4     4 CRC32C of 8..64                    4     4 content length; the highest bit marks the last frame
///      8     4 format version                     8       content
///     12    16 cluster id
///     28    17 epoch
///     45     8 index
///     53    11 zero
/// </code>
/// Every byte of the file is under a checksum, and so is its end.
/// </summary>
internal static class SnapshotFormat
{
    public const int HeaderBytes = 64;
    public const int FrameHeaderBytes = 8;

    /// <summary>Content of a full frame: a piece of a snapshot on its way to another replica is read with one check.</summary>
    public const int FrameBytes = Limits.SnapshotChunkBytes;

    private const int Version = 1;
    private const uint Magic = 0x5353_4B41; // "AKSS"
    private const uint LastFrame = 0x8000_0000;

    /// <summary>Writes the header.</summary>
    /// <returns>Its checksum, which all frames build on.</returns>
    public static uint WriteHeader(ClusterId cluster, LogPosition position, Span<byte> header)
    {
        header[..HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Version);
        cluster.Value.TryWriteBytes(header[12..]);
        LogRecord.WritePosition(position, header[28..]);
        var checksum = Crc32C.Compute(header[8..HeaderBytes]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], checksum);
        return checksum;
    }

    public static bool TryReadHeader(
        ReadOnlySpan<byte> header, out ClusterId cluster, out LogPosition position, out uint checksum)
    {
        (cluster, position, checksum) = (default, default, 0);
        if (header.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic) return false;

        checksum = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        cluster = new ClusterId(new Guid(header[12..28]));
        position = LogRecord.ReadPosition(header[28..]);
        return checksum == Crc32C.Compute(header[8..HeaderBytes]) && BinaryPrimitives.ReadInt32LittleEndian(header[8..]) == Version;
    }

    /// <summary>Seals a frame whose content stands behind its header already.</summary>
    public static void SealFrame(uint seed, long number, bool isLast, Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (uint)(frame.Length - FrameHeaderBytes) | (isLast ? LastFrame : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Crc32C.Append(LogFormat.Seed(seed, number), frame[4..]));
    }

    /// <summary>True for exactly the frame that was written as this one.</summary>
    public static bool IsFrame(uint seed, long number, bool isLast, ReadOnlySpan<byte> frame) =>
        frame.Length >= FrameHeaderBytes
        && BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) == ((uint)(frame.Length - FrameHeaderBytes) | (isLast ? LastFrame : 0))
        && BinaryPrimitives.ReadUInt32LittleEndian(frame) == Crc32C.Append(LogFormat.Seed(seed, number), frame[4..]);

    public static long FrameOffset(long number) => HeaderBytes + (number * (FrameHeaderBytes + FrameBytes));
}
