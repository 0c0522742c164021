#nullable enable
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Akka.Actor;

namespace Akka.Cluster.Serialization;

/// <summary>Writes the cluster's messages: numbers as LEB128, texts as length and UTF-8, fixed fields little-endian.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
            Byte((byte)(rest | 0x80));
        Byte((byte)rest);
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Number(length);
        Encoding.UTF8.GetBytes(value, _buffer.GetSpan(length));
        _buffer.Advance(length);
    }

    public void Address(Address address)
    {
        Text(address.Protocol);
        Text(address.System);
        Text(address.Host ?? "");
        Number(address.Port ?? 0);
    }

    public void Node(UniqueAddress node)
    {
        Address(node.Address);
        Int32(node.Uid);
    }
}
