#nullable enable
using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Akka.Remote.Transport;

/// <summary>A pooled byte array that grows while frames are written to it. Not safe for concurrent use.</summary>
internal sealed class FrameBuffer : IDisposable
{
    private const int UsualCapacity = 64 * 1024;

    private byte[] _array = ArrayPool<byte>.Shared.Rent(UsualCapacity);

    /// <summary>Bytes written so far.</summary>
    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    /// <summary>Forgets what was written; gives back an array that one large message made unusually big.</summary>
    internal void Clear()
    {
        Length = 0;
        if (_array.Length <= 4 * UsualCapacity)
            return;

        ArrayPool<byte>.Shared.Return(_array);
        _array = ArrayPool<byte>.Shared.Rent(UsualCapacity);
    }

    /// <summary>Takes back everything from <paramref name="length"/> on.</summary>
    internal void Truncate(int length) => Length = length;

    /// <summary>Starts a frame and returns where: <see cref="EndFrame"/> fills in its length.</summary>
    internal int BeginFrame(FrameKind kind)
    {
        var start = Length;
        var span = Append(WireFormat.LengthPrefixBytes + 1);
        span[WireFormat.LengthPrefixBytes] = (byte)kind;
        return start;
    }

    /// <summary>Ends the frame that began at <paramref name="start"/> and returns its length without the prefix.</summary>
    internal int EndFrame(int start)
    {
        var length = Length - start - WireFormat.LengthPrefixBytes;
        BinaryPrimitives.WriteUInt32LittleEndian(_array.AsSpan(start), (uint)length);
        return length;
    }

    internal void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Append(sizeof(ushort)), value);

    /// <summary>Overwrites two bytes written before.</summary>
    internal void PatchUInt16(int position, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_array.AsSpan(position, sizeof(ushort)), value);

    internal void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Append(sizeof(int)), value);

    internal void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Append(sizeof(ulong)), value);

    internal void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    /// <summary>Writes the text in UTF-8 without its length.</summary>
    internal void WriteText(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, Append(count));
    }

    /// <summary>Writes a u16 length and the text in UTF-8.</summary>
    internal void WritePrefixedText(string text)
    {
        WriteUInt16(checked((ushort)Encoding.UTF8.GetByteCount(text)));
        WriteText(text);
    }

    public void Dispose()
    {
        var array = _array;
        _array = [];
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
    }

    private Span<byte> Append(int count)
    {
        if (_array.Length - Length < count)
            Grow(count);

        var span = _array.AsSpan(Length, count);
        Length += count;
        return span;
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, checked(_array.Length * 2)));
        _array.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
