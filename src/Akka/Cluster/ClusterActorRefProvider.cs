#nullable enable
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>The provider of a system that is a node of a cluster: remoting, and the <see cref="Cluster"/> that starts with it.</summary>
internal sealed class ClusterActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    : RemoteActorRefProvider(systemName, settings, eventStream)
{
    public override void Init(ActorSystemImpl system)
    {
        base.Init(system);
        var cluster = Cluster.Get(system);
        cluster.Subscribe(
            RemoteWatcher,
            ClusterEvent.InitialStateAsEvents,
            typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.ClusterShuttingDown));
    }

    private protected override Props CreateRemoteWatcherProps()
    {
        var settings = RemoteSettings;
        return Props.Create(() => new ClusterRemoteWatcher(settings, this)).WithDispatcher(Dispatch.Dispatchers.InternalDispatcherId);
    }
}
