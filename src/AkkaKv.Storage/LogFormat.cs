using System.Buffers.Binary;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// The write-ahead log on disk. A log is a row of segments <c>log-&lt;first index&gt;.wal</c>; each was filled with zeroes and
/// synced before its first use, because overwriting written blocks is the one kind of write that a file system syncs without
/// changing its own records. Segments are filled with batches; a batch is what one write and one fdatasync made durable.
/// A batch begins at a multiple of <see cref="BlockBytes"/>, so no sector holds two of them and a torn one cannot spoil the
/// one before it. Little-endian:
/// <code>
/// batch header                               record header, then its content
/// offset bytes                               offset bytes
///      0     4 magic                              0     4 content length
///      4     4 CRC32C of place and 8..48          4     4 CRC32C of place, length, kind and content
///      8     8 sequence of the batch              8     1 kind
///     16     8 durable: segment                   9     3 zero
///     24     8 durable: offset                   12       content
///     32     4 payload length
///     36     4 records
///     40     4 CRC32C of the payload
///     44     4 chain: CRC in the header of the batch before
///     48       payload: records back to back
/// </code>
/// The place in each checksum is (store id, segment, offset): bytes of another store, another file, or another position
/// never verify. A segment in a checksum is its number: they are counted from 1, and none is used twice in a store. The
/// first batch names the one before as durable, and so its own. Sequence and chain make a lost or stale batch visible.
/// <para>
/// <em>The torn tail.</em> A batch is written only after the one before it was synced, and says so in its "durable" fields.
/// So a batch that does not verify is a torn tail, which is cut off, unless something after it says that it was durable:
/// then it is damage, and the server does not start. A batch without records is such a statement alone; it follows the
/// last batch when the log falls idle, costs no fdatasync, and is overwritten by the next batch.
/// </para>
/// The first record of a segment, a batch of its own, is a <see cref="LogHead"/>: it repeats what must outlive older segments.
/// <para>
/// <em>Names.</em> A segment is made ahead as <c>log-next.wal</c>. When its turn comes, first its head is made durable, then it
/// gets the name of the first entry that it may hold, then the following one may be made; so whatever has the name of a
/// segment has a durable head, and at most one segment in use has not got its name yet. An entry below the first of the
/// current segment (after a truncation, or an installed snapshot, that went further back) begins another segment. This one
/// <em>gives up</em> every segment whose first entry is not below its own: all that they hold of entries is undone, and its
/// head repeats the rest. It replaces the one that has its name, in the same step, and deletes the others; a head names the
/// segment that it continues, so those that a crash leaves are known. Names of segments in use therefore rise in the order in
/// which they were written, and none is needed twice.
/// </para>
/// </summary>
internal static class LogFormat
{
    public const int Version = 2;
    public const int BlockBytes = 512;
    public const int BatchHeaderBytes = 48;
    public const int RecordHeaderBytes = 12;

    /// <summary>Bytes of a batch in the file: header and payload, filled up to whole blocks.</summary>
    public static int BatchBytes(int payloadLength) =>
        (BatchHeaderBytes + payloadLength + BlockBytes - 1) / BlockBytes * BlockBytes;

    /// <summary>Where all checksums of one segment start.</summary>
    public static uint Seed(StoreId store, long segment)
    {
        Span<byte> place = stackalloc byte[24];
        store.Value.TryWriteBytes(place);
        BinaryPrimitives.WriteInt64LittleEndian(place[16..], segment);
        return Crc32C.Compute(place);
    }

    /// <summary>Where the checksum of something at <paramref name="offset"/> of a segment starts.</summary>
    public static uint Seed(uint segmentSeed, long offset)
    {
        Span<byte> place = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(place, offset);
        return Crc32C.Append(segmentSeed, place);
    }
}
