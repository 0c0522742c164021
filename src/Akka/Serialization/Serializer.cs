using Akka.Actor;

namespace Akka.Serialization;

/// <summary>
/// Turns objects into bytes and back. Bytes travel with the serializer's <see cref="Identifier"/> and, where it asks for one, a manifest
/// that says what they are.
/// </summary>
public abstract class Serializer
{
    protected readonly ExtendedActorSystem system;

    private readonly Lazy<int> _identifier;

    protected Serializer(ExtendedActorSystem system)
    {
        this.system = system;
        _identifier = new Lazy<int>(() => SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(GetType(), system));
    }

    /// <summary>
    /// The number of the serializer on the wire: the same on all nodes, and never given to another. 0 to 100 belong to the engine. If it
    /// is not overridden, <c>akka.actor.serialization-identifiers</c> says it.
    /// </summary>
    public virtual int Identifier => _identifier.Value;

    /// <summary>Whether <see cref="FromBinary(byte[], Type)"/> needs the type.</summary>
    public abstract bool IncludeManifest { get; }

    public abstract byte[] ToBinary(object obj);

    /// <summary>The bytes of an object, with actor references in it written for a reader who knows this system under an address.</summary>
    public byte[] ToBinaryWithAddress(Address address, object obj) => Serialization.WithTransport(system, address, () => ToBinary(obj));

    /// <summary>The object of bytes; <paramref name="type"/> is null unless <see cref="IncludeManifest"/>.</summary>
    public abstract object FromBinary(byte[] bytes, Type type);

    public T FromBinary<T>(byte[] bytes) => (T)FromBinary(bytes, typeof(T));
}

/// <summary>
/// A serializer whose bytes travel with a short string that says what they are: the way to write the messages of a protocol, since it
/// names no types.
/// </summary>
public abstract class SerializerWithStringManifest : Serializer
{
    protected SerializerWithStringManifest(ExtendedActorSystem system)
        : base(system)
    {
    }

    public sealed override bool IncludeManifest => true;

    public sealed override object FromBinary(byte[] bytes, Type type) => FromBinary(bytes, Serialization.TypeManifest(type));

    /// <summary>The object of bytes.</summary>
    /// <exception cref="System.Runtime.Serialization.SerializationException">
    /// The manifest is unknown, or the bytes are not what it says.
    /// </exception>
    public abstract object FromBinary(byte[] bytes, string manifest);

    /// <summary>What says on the wire which message this is.</summary>
    public abstract string Manifest(object o);
}
