#nullable enable
using Akka.Actor;
using Akka.Remote.Transport;

namespace Akka.Remote;

/// <summary>The reference of an actor in another process: what it is told goes to the association with that process.</summary>
internal sealed class RemoteActorRef : InternalActorRef
{
    private readonly RemoteActorRefProvider _provider;
    private readonly Lane _lane;

    // Found when first needed: a message may name any number of actors to which nobody ever sends anything.
    private Association? _association;

    internal RemoteActorRef(RemoteActorRefProvider provider, ActorPath path)
    {
        _provider = provider;
        Path = path;
        _lane = path.Elements.Count > 0 && path.Elements[0] == "system" ? Lane.Control : Lane.Bulk;
    }

    public override ActorPath Path { get; }

    internal override ActorRefProvider Provider => _provider;

    internal override bool IsLocal => false;

    internal override InternalActorRef Parent =>
        Path is RootActorPath ? Nobody.Instance : new RemoteActorRef(_provider, Path.Parent);

    internal override InternalActorRef GetChild(IReadOnlyList<string> names)
    {
        var path = Path;
        foreach (var name in names)
        {
            path = name switch
            {
                "" => path,
                ".." => path is RootActorPath ? path : path.Parent,
                _ => path / name,
            };
        }

        return new RemoteActorRef(_provider, path);
    }

    internal override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            // One watch per node and actor crosses the network: that of the remote watcher, who tells the local ones.
            case Watch watch when !_provider.IsRemoteWatcher(watch.Watcher):
                _provider.RemoteWatcher.Tell(new RemoteWatcher.WatchRemote(this, watch.Watcher));
                break;
            case Unwatch unwatch when !_provider.IsRemoteWatcher(unwatch.Watcher):
                _provider.RemoteWatcher.Tell(new RemoteWatcher.UnwatchRemote(this, unwatch.Watcher));
                break;
            case Watch or Unwatch or DeathWatchNotification or Terminate:
                var association = _association;
                while (association is null || !association.TrySendSystemMessage(message, this))
                    _association = association = _provider.AssociationWith(Path.Address);
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var from = sender.IsNobody() ? null : sender;
        var lane = LaneOf(message);
        var association = _association;
        while (association is null || !association.TrySend(message, from, this, lane))
            _association = association = _provider.AssociationWith(Path.Address);
    }

    /// <summary>A selection starts at the root of the other system: where it leads decides.</summary>
    private Lane LaneOf(object message) =>
        message is ActorSelectionMessage { Elements: [SelectChildName { Name: "system" }, ..] } && Path is RootActorPath
            ? Lane.Control
            : _lane;
}
