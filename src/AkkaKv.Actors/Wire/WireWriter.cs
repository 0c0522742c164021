using System.Buffers;
using System.Buffers.Binary;
using AkkaKv.Core;

namespace AkkaKv.Actors;

/// <summary>
/// Writes fixed-width little-endian fields into a pooled array that grows only when the first guess was short. Every message is written
/// once: what it leaves to the garbage collector is its result alone.
/// </summary>
internal sealed class WireWriter(int bytesExpected)
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(bytesExpected);
    private int _length;

    public WireWriter Byte(byte value)
    {
        Take(1)[0] = value;
        return this;
    }

    public WireWriter Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public WireWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), value);
        return this;
    }

    public WireWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);
        return this;
    }

    public WireWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);
        return this;
    }

    public WireWriter Guid(Guid value)
    {
        value.TryWriteBytes(Take(16), bigEndian: true, out _);
        return this;
    }

    public WireWriter Epoch(Epoch value) => UInt64(value.Round).Byte(value.Slot).UInt64(value.Nonce);

    public WireWriter Index(LogIndex value) => Int64(value.Value);

    public WireWriter Position(LogPosition value) => Epoch(value.Epoch).Index(value.Index);

    /// <summary>A length, and as many bytes.</summary>
    public WireWriter Block(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        value.CopyTo(Take(value.Length));
        return this;
    }

    public WireWriter Entry(Entry entry)
    {
        EntryCodec.Write(entry, Take(entry.EncodedLength));
        return this;
    }

    /// <summary>What was written. Ends the writer.</summary>
    public byte[] ToArray()
    {
        var result = _bytes[.._length];
        Replace([]);
        return result;
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _length < count)
            Grow(count);
        var taken = _bytes.AsSpan(_length, count);
        _length += count;
        return taken;
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, _bytes.Length * 2));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        Replace(larger);
    }

    private void Replace(byte[] bytes)
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = bytes;
    }
}
