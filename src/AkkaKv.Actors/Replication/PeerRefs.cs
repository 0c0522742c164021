using Akka.Actor;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Actors;

/// <summary>
/// Where the parts of each server are. Addresses are configured and never change, so a reference is a path: it reaches whichever
/// incarnation of the server answers there, and the protocol sorts out the rest.
/// </summary>
internal sealed class PeerRefs
{
    private readonly IActorRef[] _replicas;
    private readonly IActorRef[] _leaders;

    public PeerRefs(ActorSystem system, ReplicaOptions options)
    {
        var provider = ((ExtendedActorSystem)system).Provider;
        _replicas = [.. options.Servers.Select(server => provider.ResolveActorRef($"{server}{ActorPaths.Replica}"))];
        _leaders = [.. options.Servers.Select(server => provider.ResolveActorRef($"{server}{ActorPaths.Leader}"))];
    }

    public IActorRef this[ReplicaId server, Part part] => (part == Part.Replica ? _replicas : _leaders)[server.Slot];

    /// <summary>
    /// A part of this very server: its reference is exchanged when it starts, so that messages to it stay in the process.
    /// </summary>
    public void SetLocal(ReplicaId self, Part part, IActorRef actor) =>
        (part == Part.Replica ? _replicas : _leaders)[self.Slot] = actor;
}

/// <summary>Names that servers rely on to find each other's actors.</summary>
public static class ActorPaths
{
    /// <summary>The name of every server's <see cref="KeyValueActor"/>.</summary>
    public const string ReplicaName = "key-value";

    /// <summary>The name of the leader's singleton manager, and of the leader below it.</summary>
    public const string LeaderName = "leader";

    /// <summary>The path of a server's replica.</summary>
    public const string Replica = $"/user/{ReplicaName}";

    /// <summary>The path of the leader on the server where it runs.</summary>
    public const string Leader = $"/user/{LeaderName}/{LeaderName}";
}
