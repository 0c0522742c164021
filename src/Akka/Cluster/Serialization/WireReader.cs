#nullable enable
using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;

namespace Akka.Cluster.Serialization;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote. The bytes are a peer's: whatever they are, the only thing that reading can
/// throw is <see cref="SerializationException"/>, and it never allocates more than the bytes at hand can stand for.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> input)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = input;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Take(1)[0];

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return (long)value;
        }

        throw new SerializationException("A number in a cluster message is longer than 63 bits.");
    }

    /// <summary>A number of things that follow, each of at least one byte.</summary>
    public int Count()
    {
        var count = Number();
        return count <= _rest.Length ? (int)count : throw new SerializationException("A cluster message ends before its list does.");
    }

    /// <summary>A number below <paramref name="bound"/>.</summary>
    public int Index(int bound)
    {
        var index = Number();
        return index < bound ? (int)index : throw new SerializationException("A cluster message refers to what it does not contain.");
    }

    public int NonNegativeInt32()
    {
        var value = Number();
        return value <= int.MaxValue ? (int)value : throw new SerializationException("A number in a cluster message is too large.");
    }

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public string Text()
    {
        try
        {
            return StrictUtf8.GetString(Take(Count()));
        }
        catch (DecoderFallbackException cause)
        {
            throw new SerializationException("A text in a cluster message is not UTF-8.", cause);
        }
    }

    public Address Address()
    {
        var protocol = Text();
        var system = Text();
        var host = Text();
        var port = Number();
        if (protocol.Length == 0 || system.Length == 0 || port > ushort.MaxValue)
            throw new SerializationException("A cluster message contains an address that is none.");
        return new Address(protocol, system, host.Length == 0 ? null : host, host.Length == 0 ? null : (int)port);
    }

    public UniqueAddress Node()
    {
        var address = Address();
        return new UniqueAddress(address, Int32());
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty) throw new SerializationException("A cluster message is followed by bytes that do not belong to it.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new SerializationException("A cluster message is cut off.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
