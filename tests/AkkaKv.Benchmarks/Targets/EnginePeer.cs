using Akka.Actor;
using Akka.Configuration;
using AkkaKv.Actors;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Benchmarks.Targets;

/// <summary>Two actor systems that send each other messages of the protocol, for measuring the engine's remoting.</summary>
internal static class EnginePeer
{
    private const string SystemName = "benchmark";
    private const string ActorName = "peer";

    /// <summary>The peer answers it.</summary>
    public static PeerMessage Question { get; } = Envelope(new Message.AskCommit(Epoch.None));

    /// <summary>The peer swallows it: the one kind of message whose bytes are this program's to choose.</summary>
    public static PeerMessage Load(byte[] payload) => Envelope(new Message.Forward(Epoch.None, payload, Again: false));

    /// <summary>A system that listens on a port of 127.0.0.1; 0 for any free one.</summary>
    public static ActorSystem Start(int port) => ActorSystem.Create(SystemName, ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = WARNING
          actor {
            provider = remote
            serializers.akkakv = "AkkaKv.Actors.ReplicationSerializer, AkkaKv.Actors"
            serialization-bindings."AkkaKv.Actors.IReplicationMessage, AkkaKv.Actors" = akkakv
            serialization-identifiers."AkkaKv.Actors.ReplicationSerializer, AkkaKv.Actors" = 1001
          }
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{port}} }
        }
        """));

    /// <summary>Makes the system a peer.</summary>
    public static void Answer(ActorSystem system) => system.ActorOf(Props.Create(() => new Peer()), ActorName);

    /// <summary>The peer at an address, as it is seen from a system.</summary>
    public static IActorRef At(ActorSystem from, Address address) =>
        ((ExtendedActorSystem)from).Provider.ResolveActorRef(new RootActorPath(address) / "user" / ActorName);

    private static PeerMessage Envelope(Message message) => new(new ReplicaId(0), Part.Replica, message);

    private sealed class Peer : UntypedActor
    {
        private readonly PeerMessage _answer = Envelope(new Message.Advance(Epoch.None, LogIndex.Zero));

        protected override void OnReceive(object message)
        {
            if (message is PeerMessage { Message: AkkaKv.Core.Replication.Message.AskCommit })
                Sender.Tell(_answer, Self);
        }
    }
}
