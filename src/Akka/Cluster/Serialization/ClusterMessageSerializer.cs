#nullable enable
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Cluster.Serialization;

/// <summary>What cluster daemons say to each other, as bytes: one short manifest a message, no type names.</summary>
internal sealed class ClusterMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string InitJoin = "IJ";
    private const string InitJoinAck = "IJA";
    private const string InitJoinNack = "IJN";
    private const string Join = "J";
    private const string Welcome = "W";
    private const string GossipEnvelope = "GE";
    private const string GossipStatus = "GS";
    private const string Heartbeat = "HB";
    private const string HeartbeatRsp = "HBR";
    private const string ExitingConfirmed = "EC";

    /// <inheritdoc/>
    public override int Identifier => 5;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        ClusterMessage.Heartbeat => Heartbeat,
        ClusterMessage.HeartbeatRsp => HeartbeatRsp,
        ClusterMessage.GossipEnvelope => GossipEnvelope,
        ClusterMessage.GossipStatus => GossipStatus,
        ClusterMessage.InitJoin => InitJoin,
        ClusterMessage.InitJoinAck => InitJoinAck,
        ClusterMessage.InitJoinNack => InitJoinNack,
        ClusterMessage.Join => Join,
        ClusterMessage.Welcome => Welcome,
        ClusterMessage.ExitingConfirmed => ExitingConfirmed,
        _ => throw new SerializationException($"Not a message between cluster nodes: {o?.GetType()}"),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var to = new WireWriter();
        switch (obj)
        {
            case ClusterMessage.Heartbeat m:
                to.Address(m.From);
                to.Number(m.Sequence);
                break;
            case ClusterMessage.HeartbeatRsp m:
                to.Node(m.From);
                to.Number(m.Sequence);
                break;
            case ClusterMessage.GossipEnvelope m:
                to.Node(m.From);
                to.Node(m.To);
                GossipCodec.Write(to, m.Gossip);
                break;
            case ClusterMessage.GossipStatus m:
                to.Node(m.From);
                GossipCodec.WriteVersion(to, m.Version);
                break;
            case ClusterMessage.InitJoin:
                break;
            case ClusterMessage.InitJoinAck m:
                to.Address(m.Address);
                break;
            case ClusterMessage.InitJoinNack m:
                to.Address(m.Address);
                break;
            case ClusterMessage.Join m:
                to.Node(m.Node);
                to.Number(m.Roles.Count);
                foreach (var role in m.Roles)
                    to.Text(role);
                break;
            case ClusterMessage.Welcome m:
                to.Node(m.From);
                GossipCodec.Write(to, m.Gossip);
                break;
            case ClusterMessage.ExitingConfirmed m:
                to.Node(m.Node);
                break;
            default:
                throw new SerializationException($"Not a message between cluster nodes: {obj?.GetType()}");
        }

        return to.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes or the manifest are not of a message that this version knows.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var from = new WireReader(bytes);
        object message = manifest switch
        {
            Heartbeat => new ClusterMessage.Heartbeat(from.Address(), from.Number()),
            HeartbeatRsp => new ClusterMessage.HeartbeatRsp(from.Node(), from.Number()),
            GossipEnvelope => new ClusterMessage.GossipEnvelope(from.Node(), from.Node(), GossipCodec.Read(ref from)),
            GossipStatus => new ClusterMessage.GossipStatus(from.Node(), GossipCodec.ReadVersion(ref from)),
            InitJoin => new ClusterMessage.InitJoin(),
            InitJoinAck => new ClusterMessage.InitJoinAck(from.Address()),
            InitJoinNack => new ClusterMessage.InitJoinNack(from.Address()),
            Join => new ClusterMessage.Join(from.Node(), ReadRoles(ref from)),
            Welcome => new ClusterMessage.Welcome(from.Node(), GossipCodec.Read(ref from)),
            ExitingConfirmed => new ClusterMessage.ExitingConfirmed(from.Node()),
            _ => throw new SerializationException($"No message between cluster nodes has the manifest '{manifest}'."),
        };
        from.End();
        return message;
    }

    private static ImmutableHashSet<string> ReadRoles(ref WireReader from)
    {
        var roles = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        for (var count = from.Count(); count > 0; count--)
            roles.Add(from.Text());
        return roles.ToImmutable();
    }
}
