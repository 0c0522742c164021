using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;

namespace AkkaKv.Actors;

/// <summary>
/// How many of the configured servers this one can reach, as the cluster sees it. It decides between two ways of saying no, and
/// nothing else.
/// </summary>
internal sealed class Reachability(ImmutableArray<Address> servers, Address self)
{
    private readonly HashSet<Address> _members = [];
    private readonly HashSet<Address> _unreachable = [];

    /// <summary>This server included.</summary>
    public int Count => servers.Count(server => server.Equals(self) || (_members.Contains(server) && !_unreachable.Contains(server)));

    /// <returns>False when the message is none about members.</returns>
    public bool Observe(object message)
    {
        switch (message)
        {
            case ClusterEvent.CurrentClusterState state:
                _members.UnionWith(state.Members.Select(member => member.Address));
                _unreachable.UnionWith(state.Unreachable.Select(member => member.Address));
                return true;
            case ClusterEvent.MemberRemoved removed:
                _members.Remove(removed.Member.Address);
                _unreachable.Remove(removed.Member.Address);
                return true;
            case ClusterEvent.IMemberEvent changed:
                _members.Add(changed.Member.Address);
                return true;
            case ClusterEvent.UnreachableMember unreachable:
                _unreachable.Add(unreachable.Member.Address);
                return true;
            case ClusterEvent.ReachableMember reachable:
                _unreachable.Remove(reachable.Member.Address);
                return true;
            default:
                return false;
        }
    }
}
