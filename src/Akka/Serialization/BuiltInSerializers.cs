using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Writes null as no bytes.</summary>
internal sealed class NullSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 0;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => [];

    public override object FromBinary(byte[] bytes, Type type) => null;
}

/// <summary>Leaves byte arrays as they are.</summary>
internal sealed class ByteArraySerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 4;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => (byte[])obj;

    public override object FromBinary(byte[] bytes, Type type) => bytes;
}

/// <summary>Strings as UTF-8, integers as their little-endian bytes.</summary>
internal sealed class PrimitiveSerializers(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 17;

    public override string Manifest(object o) => o switch
    {
        string => "S",
        int => "I",
        long => "L",
        _ => throw new SerializationException($"{o.GetType()} is not a string, int or long"),
    };

    public override byte[] ToBinary(object obj)
    {
        switch (obj)
        {
            case string text:
                return Encoding.UTF8.GetBytes(text);
            case int number:
                var four = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(four, number);
                return four;
            case long number:
                var eight = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(eight, number);
                return eight;
            default:
                throw new SerializationException($"{obj.GetType()} is not a string, int or long");
        }
    }

    public override object FromBinary(byte[] bytes, string manifest) => (manifest, bytes.Length) switch
    {
        ("S", _) => Encoding.UTF8.GetString(bytes),
        ("I", sizeof(int)) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ("L", sizeof(long)) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => throw new SerializationException($"manifest '{manifest}' with {bytes.Length} bytes is no string, int or long"),
    };
}
