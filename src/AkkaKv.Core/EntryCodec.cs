using System.Buffers;
using System.Buffers.Binary;

namespace AkkaKv.Core;

/// <summary>
/// The one binary form of an entry, for disk and wire alike. Little-endian:
/// <code>
/// offset bytes field
///      0     8 epoch round, unsigned
///      8     1 epoch slot
///      9     8 epoch nonce, unsigned
///     17     8 index, 1 or more
///     25     8 stamp, Unix ms
///     33     1 kind
///     34     4 payload length P, 0 or more
///     38     P payload
/// </code>
/// It carries no checksum: disk records and wire frames have their own.
/// </summary>
public static class EntryCodec
{
    public const int HeaderBytes = 38;

    /// <summary>Writes the header alone, for writers that gather the payload from where it is.</summary>
    /// <returns>The bytes written: <see cref="HeaderBytes"/>.</returns>
    public static int WriteHeader(Entry entry, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, entry.Epoch.Round);
        destination[8] = entry.Epoch.Slot;
        BinaryPrimitives.WriteUInt64LittleEndian(destination[9..], entry.Epoch.Nonce);
        BinaryPrimitives.WriteInt64LittleEndian(destination[17..], entry.Index.Value);
        BinaryPrimitives.WriteInt64LittleEndian(destination[25..], entry.Stamp);
        destination[33] = (byte)entry.Kind;
        BinaryPrimitives.WriteInt32LittleEndian(destination[34..], entry.Payload.Length);
        return HeaderBytes;
    }

    /// <summary>Writes the whole entry; <paramref name="destination"/> holds <see cref="Entry.EncodedLength"/> bytes or more.</summary>
    /// <returns>The bytes written.</returns>
    public static int Write(Entry entry, Span<byte> destination)
    {
        WriteHeader(entry, destination);
        entry.Payload.Span.CopyTo(destination[HeaderBytes..]);
        return entry.EncodedLength;
    }

    /// <summary>Writes the whole entry.</summary>
    public static void Write(Entry entry, IBufferWriter<byte> destination)
    {
        var length = Write(entry, destination.GetSpan(entry.EncodedLength));
        destination.Advance(length);
    }

    /// <summary>
    /// Reads one entry from the front of <paramref name="input"/>, copying its payload. No bytes can make it throw, and a
    /// payload longer than <paramref name="payloadBytesMax"/> is refused before anything is allocated.
    /// </summary>
    /// <returns>Done; NeedMoreData for a proper prefix of an entry; InvalidData for bytes that can never become one.</returns>
    public static OperationStatus TryRead(ReadOnlySpan<byte> input, int payloadBytesMax, out Entry? entry, out int consumed)
    {
        entry = null;
        consumed = 0;
        var status = TryReadHeader(input, payloadBytesMax, out var position, out var stamp, out var kind, out var length);
        if (status != OperationStatus.Done) return status;
        if (input.Length - HeaderBytes < length) return OperationStatus.NeedMoreData;

        entry = new Entry(position, stamp, kind, input.Slice(HeaderBytes, length).ToArray());
        consumed = HeaderBytes + length;
        return OperationStatus.Done;
    }

    /// <summary>As the other overload, but the payload stays where it is: nobody may write to <paramref name="input"/> any more.</summary>
    public static OperationStatus TryRead(ReadOnlyMemory<byte> input, int payloadBytesMax, out Entry? entry, out int consumed)
    {
        entry = null;
        consumed = 0;
        var status = TryReadHeader(input.Span, payloadBytesMax, out var position, out var stamp, out var kind, out var length);
        if (status != OperationStatus.Done) return status;
        if (input.Length - HeaderBytes < length) return OperationStatus.NeedMoreData;

        entry = new Entry(position, stamp, kind, input.Slice(HeaderBytes, length));
        consumed = HeaderBytes + length;
        return OperationStatus.Done;
    }

    /// <summary>
    /// As <see cref="TryRead(ReadOnlySpan{byte}, int, out Entry?, out int)"/>, for an entry of which only the position is wanted.
    /// </summary>
    public static OperationStatus TryReadPosition(
        ReadOnlySpan<byte> input, int payloadBytesMax, out LogPosition position, out int consumed)
    {
        consumed = 0;
        var status = TryReadHeader(input, payloadBytesMax, out position, out _, out _, out var length);
        if (status != OperationStatus.Done) return status;
        if (input.Length - HeaderBytes < length) return OperationStatus.NeedMoreData;

        consumed = HeaderBytes + length;
        return OperationStatus.Done;
    }

    /// <summary>The position alone, from a header that is known to be good.</summary>
    internal static LogPosition ReadPosition(ReadOnlySpan<byte> header)
    {
        var epoch = new Epoch(
            BinaryPrimitives.ReadUInt64LittleEndian(header), header[8], BinaryPrimitives.ReadUInt64LittleEndian(header[9..]));
        return new LogPosition(epoch, new LogIndex(BinaryPrimitives.ReadInt64LittleEndian(header[17..])));
    }

    private static OperationStatus TryReadHeader(
        ReadOnlySpan<byte> input, int payloadBytesMax, out LogPosition position, out long stamp, out EntryKind kind, out int length)
    {
        position = default;
        stamp = 0;
        kind = default;
        length = 0;
        if (input.Length < HeaderBytes) return OperationStatus.NeedMoreData;

        position = ReadPosition(input);
        stamp = BinaryPrimitives.ReadInt64LittleEndian(input[25..]);
        kind = (EntryKind)input[33];
        length = BinaryPrimitives.ReadInt32LittleEndian(input[34..]);

        var valid = position.Index > LogIndex.Zero
            && kind is EntryKind.Barrier or EntryKind.Requests
            && 0 <= length && length <= payloadBytesMax;
        return valid ? OperationStatus.Done : OperationStatus.InvalidData;
    }
}
