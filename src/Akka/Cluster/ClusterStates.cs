#nullable enable
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>Turns what a node knows into what it tells: the state at a moment, and the events between two.</summary>
internal static class ClusterStates
{
    public static ClusterEvent.CurrentClusterState Snapshot(MembershipState state)
    {
        var members = state.Gossip.Members;
        var roleLeaders = ImmutableDictionary.CreateBuilder<string, Address>(StringComparer.Ordinal);
        foreach (var role in Roles(state))
        {
            if (state.RoleLeader(role) is { } leader) roleLeaders[role] = leader.Address;
        }

        return new ClusterEvent.CurrentClusterState(
            members,
            state.UnreachableMembers.ToImmutableHashSet(),
            state.Gossip.Seen.Select(node => node.Address).ToImmutableHashSet(),
            state.Leader?.Address,
            roleLeaders.ToImmutable());
    }

    /// <summary>
    /// The events that lead from one state to the next: who became unreachable, who reachable, what members did, who was
    /// removed, who leads. What members did comes in the order of their age: who hears that a member is Up has heard of all older ones.
    /// </summary>
    public static IReadOnlyList<ClusterEvent.IClusterDomainEvent> Between(MembershipState before, MembershipState after)
    {
        var events = new List<ClusterEvent.IClusterDomainEvent>();
        AddReachability(events, before, after);
        AddMembers(events, before.Gossip, after.Gossip);

        if (!Equals(before.Leader, after.Leader)) events.Add(new ClusterEvent.LeaderChanged(after.Leader?.Address));
        foreach (var role in Roles(before).Union(Roles(after), StringComparer.Ordinal))
        {
            var leader = after.RoleLeader(role);
            if (!Equals(before.RoleLeader(role), leader)) events.Add(new ClusterEvent.RoleLeaderChanged(role, leader?.Address));
        }

        return events;
    }

    private static void AddReachability(List<ClusterEvent.IClusterDomainEvent> events, MembershipState before, MembershipState after)
    {
        foreach (var member in after.Gossip.Members)
        {
            var node = member.UniqueAddress;
            if (after.IsUnreachable(node) && !before.IsUnreachable(node)) events.Add(new ClusterEvent.UnreachableMember(member));
        }

        foreach (var member in after.Gossip.Members)
        {
            var node = member.UniqueAddress;
            if (!after.IsUnreachable(node) && before.IsUnreachable(node)) events.Add(new ClusterEvent.ReachableMember(member));
        }
    }

    private static void AddMembers(List<ClusterEvent.IClusterDomainEvent> events, Gossip before, Gossip after)
    {
        foreach (var member in after.Members.Order(Member.AgeOrdering))
        {
            if (before.Find(member.UniqueAddress)?.Status != member.Status) events.Add(Came(member));
        }

        foreach (var member in before.Members)
        {
            if (!after.HasMember(member.UniqueAddress))
                events.Add(new ClusterEvent.MemberRemoved(member.Copy(MemberStatus.Removed), member.Status));
        }
    }

    private static ClusterEvent.IMemberEvent Came(Member member) => member.Status switch
    {
        MemberStatus.Joining => new ClusterEvent.MemberJoined(member),
        MemberStatus.WeaklyUp => new ClusterEvent.MemberWeaklyUp(member),
        MemberStatus.Up => new ClusterEvent.MemberUp(member),
        MemberStatus.Leaving => new ClusterEvent.MemberLeft(member),
        MemberStatus.Exiting => new ClusterEvent.MemberExited(member),
        MemberStatus.Down => new ClusterEvent.MemberDowned(member),
        _ => throw new InvalidOperationException($"A gossip holds no member in this status: {member}"),
    };

    private static IEnumerable<string> Roles(MembershipState state) =>
        state.Gossip.Members.SelectMany(m => m.Roles).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
}
