#nullable enable
using Akka.Actor;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>
/// Leaves it to the membership to say which nodes are gone: the actors of a member that crashed count as terminated when the
/// member is removed, not when it falls silent, for silence may pass. Nodes that are no members are watched as without a cluster.
/// An incarnation that was removed after it was downed is quarantined, so that nothing it still says is heard.
/// </summary>
internal sealed class ClusterRemoteWatcher : RemoteWatcher
{
    private readonly RemoteActorRefProvider _provider;
    private readonly HashSet<Address> _members = [];
    private bool _membershipEnded;

    public ClusterRemoteWatcher(RemoteSettings settings, RemoteActorRefProvider provider)
        : base(settings, provider) => _provider = provider;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.ClusterShuttingDown:
                // The removals that follow say that this node has left the others, not that they are gone.
                _membershipEnded = true;
                break;
            case ClusterEvent.MemberRemoved removed:
                if (!_membershipEnded) OnRemoved(removed);
                break;
            case ClusterEvent.IMemberEvent change:
                if (_members.Add(change.Member.Address)) UnwatchNode(change.Member.Address);
                break;
            default:
                base.OnReceive(message);
                break;
        }
    }

    private protected override void WatchNode(Address node)
    {
        if (!_members.Contains(node)) base.WatchNode(node);
    }

    private void OnRemoved(ClusterEvent.MemberRemoved removed)
    {
        var node = removed.Member.UniqueAddress;
        _members.Remove(node.Address);
        if (removed.PreviousStatus == MemberStatus.Down) _provider.Quarantine(node.Address, node.Uid);
        TerminateNode(node.Address);
    }
}
