#nullable enable
using System.Buffers.Binary;
using System.Text;

namespace Akka.Remote.Transport;

/// <summary>Reads the body of one frame. Every read checks that the bytes are there: the peer chose them.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>What has not been read yet.</summary>
    internal readonly ReadOnlySpan<byte> Rest => _rest;

    internal byte ReadByte() => Take(1)[0];

    internal ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    internal int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    internal ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Reads a u16 length and that many bytes of UTF-8.</summary>
    internal string ReadPrefixedText() => Text(Take(CheckText(ReadUInt16())));

    /// <summary>Reads the rest of the frame as UTF-8.</summary>
    internal string ReadTextToEnd() => Text(Take(CheckText(_rest.Length)));

    internal readonly void ExpectEnd()
    {
        if (!_rest.IsEmpty)
            throw new WireFormatException($"{_rest.Length} bytes too many in a frame");
    }

    private static int CheckText(int length) =>
        length <= WireFormat.TextBytesMax ? length : throw new WireFormatException($"a text of {length} bytes");

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
            throw new WireFormatException("a frame shorter than its content");

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
