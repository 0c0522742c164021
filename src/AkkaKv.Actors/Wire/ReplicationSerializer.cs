using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace AkkaKv.Actors;

/// <summary>
/// Puts <see cref="IReplicationMessage"/> on the wire: the layout stands at <see cref="PeerMessageCodec"/>. The manifest names the
/// kind of message and the version of its layout; one that this server does not know is refused.
/// </summary>
public sealed class ReplicationSerializer : SerializerWithStringManifest
{
    /// <summary>Part of the wire format for ever.</summary>
    public const int WireIdentifier = 1001;

    /// <param name="system">The actor system that asks.</param>
    public ReplicationSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <inheritdoc/>
    public override int Identifier => WireIdentifier;

    /// <inheritdoc/>
    public override string Manifest(object o) => PeerMessageCodec.Manifest(Checked(o).Message);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => Checked(obj).Encoded;

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => PeerMessageCodec.Decode(bytes, manifest);

    private static PeerMessage Checked(object message) =>
        message as PeerMessage ?? throw new SerializationException($"{message.GetType()} has no place on AkkaKv's wire.");
}
