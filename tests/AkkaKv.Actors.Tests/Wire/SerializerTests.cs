using System.Runtime.Serialization;
using Akka.Actor;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using Serializer = Akka.Serialization.SerializerWithStringManifest;

namespace AkkaKv.Actors.Tests.Wire;

/// <summary>What servers say to each other survives the wire, and whatever else arrives is refused and harms nothing.</summary>
public sealed class SerializerTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly string Hocon =
        """
        akka.actor {
          serialization-settings.allow-unregistered-types = off
          serializers.akkakv = "AkkaKv.Actors.ReplicationSerializer, AkkaKv.Actors"
          serialization-bindings."AkkaKv.Actors.IReplicationMessage, AkkaKv.Actors" = akkakv
          serialization-identifiers."AkkaKv.Actors.ReplicationSerializer, AkkaKv.Actors" = 1001
        }
        """;

    private readonly Serializer _serializer;

    public SerializerTests()
        : base(Hocon) => _serializer = new ReplicationSerializer((ExtendedActorSystem)Sys);

    public static TheoryData<string> Kinds => [.. SampleMessages.Kinds.Select(kind => kind.Name)];

    [Fact]
    public void The_configuration_binds_the_messages_to_the_serializer()
    {
        var chosen = Sys.Serialization.FindSerializerFor(Peer(nameof(Message.Advance)));

        Assert.IsType<ReplicationSerializer>(chosen);
        Assert.Equal(1001, chosen.Identifier);
    }

    [Fact]
    public void Each_kind_of_message_has_a_manifest_of_its_own()
    {
        var manifests = SampleMessages.Kinds.Select(kind => _serializer.Manifest(Peer(kind.Name))).ToList();

        Assert.Equal(SampleMessages.Kinds.Count, manifests.Distinct().Count());
        Assert.DoesNotContain(manifests, string.IsNullOrEmpty);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_comes_out_as_it_went_in(string kind)
    {
        var sent = Peer(kind);

        var received = Assert.IsType<PeerMessage>(_serializer.FromBinary(_serializer.ToBinary(sent), _serializer.Manifest(sent)));

        Assert.Equal(sent.From, received.From);
        Assert.Equal(sent.Sender, received.Sender);
        Assert.Equal(DeepText.Of(sent.Message), DeepText.Of(received.Message));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_that_is_cut_anywhere_is_refused(string kind)
    {
        var (bytes, manifest) = Encoded(kind);

        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes[..length], manifest));
        Assert.Throws<SerializationException>(() => _serializer.FromBinary([.. bytes, 0], manifest));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_a_changed_byte_makes_of_a_message_nothing_else_is_thrown(string kind)
    {
        var (bytes, manifest) = Encoded(kind);

        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var value in (byte[])[0, 1, 2, 7, 0x7F, 0x80, 0xFF, (byte)~bytes[at]])
            {
                var changed = bytes.ToArray();
                changed[at] = value;
                DecodeOrRefuse(changed, manifest);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_of_one_kind_under_the_name_of_another_are_at_worst_refused(string kind)
    {
        var (bytes, _) = Encoded(kind);

        foreach (var other in SampleMessages.Kinds)
            DecodeOrRefuse(bytes, _serializer.Manifest(Peer(other.Name)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-such-message")]
    [InlineData("Replicate")]
    [InlineData("System.String, System.Private.CoreLib")]
    public void An_unknown_manifest_is_refused(string manifest)
    {
        var (bytes, _) = Encoded(nameof(Message.StandDown));

        Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, manifest));
    }

    [Fact]
    public void Another_version_of_the_layout_is_refused()
    {
        var (bytes, manifest) = Encoded(nameof(Message.Replicate));

        foreach (var version in (byte[])[0, 2, 255])
        {
            bytes[0] = version;
            var refusal = Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, manifest));
            Assert.Contains($"{version}", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_no_message_between_servers_has_no_place_on_the_wire()
    {
        Assert.Throws<SerializationException>(() => _serializer.ToBinary("text"));
        Assert.Throws<SerializationException>(() => _serializer.Manifest(new object()));
    }

    private static PeerMessage Peer(string kind) =>
        new(new ReplicaId(2), Part.Leader, SampleMessages.Of(SampleMessages.Kinds.Single(type => type.Name == kind)));

    private (byte[] Bytes, string Manifest) Encoded(string kind)
    {
        var message = Peer(kind);
        return ([.. _serializer.ToBinary(message)], _serializer.Manifest(message));
    }

    private void DecodeOrRefuse(byte[] bytes, string manifest)
    {
        try
        {
            Assert.IsType<PeerMessage>(_serializer.FromBinary(bytes, manifest));
        }
        catch (SerializationException)
        {
            // Refused, and said so.
        }
    }
}
