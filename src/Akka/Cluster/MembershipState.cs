#nullable enable
using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>
/// What one member concludes from the gossip it holds: who can be reached, who leads, whether everybody agrees. Computed
/// once per gossip. The conclusions of two members may differ for a while; the leader acts only on an agreed version.
/// </summary>
internal sealed class MembershipState
{
    private readonly ImmutableHashSet<UniqueAddress> _unreachable;

    public MembershipState(Gossip gossip, UniqueAddress self)
    {
        Gossip = gossip;
        Self = self;
        SelfMember = gossip.Find(self);

        // What a dead member once said of others no longer counts, or it could keep the living from ever agreeing.
        _unreachable = gossip.Reachability
            .UnreachableFor(observer => gossip.Find(observer) is { Status: not MemberStatus.Down })
            .Remove(self);
        Leader = LeaderOf(gossip.Members);
    }

    public Gossip Gossip { get; }

    public UniqueAddress Self { get; }

    public Member? SelfMember { get; }

    /// <summary>The member that acts for the cluster; null when there is nobody to choose from.</summary>
    public UniqueAddress? Leader { get; }

    public bool IsLeader => Self.Equals(Leader);

    /// <summary>Whether somebody whose word counts says that the node cannot be reached. Never of this node itself.</summary>
    public bool IsUnreachable(UniqueAddress node) => _unreachable.Contains(node);

    public IEnumerable<Member> UnreachableMembers => Gossip.Members.Where(m => IsUnreachable(m.UniqueAddress));

    /// <summary>The leader among the members with a role; null when none has it.</summary>
    public UniqueAddress? RoleLeader(string role) => LeaderOf(Gossip.Members.Where(m => m.HasRole(role)));

    /// <summary>Whether this node may send to and hear from the node: a member, and not unreachable from here.</summary>
    public bool IsReachableFromHere(UniqueAddress node) => Gossip.Reachability.Said(Self, node) is null;

    /// <summary>
    /// Everybody whose agreement counts (Up or Leaving) has seen this version, and everybody who cannot be reached is Down or
    /// Exiting. Members in <paramref name="exitingConfirmed"/> have said goodbye: nothing more is expected of them.
    /// </summary>
    /// <remarks>
    /// While nobody is Up, those who join count: or else two of them, of which each knows of the other but not of all the rest,
    /// could both take themselves for the leader, number the first members differently, and each start what only the oldest may.
    /// </remarks>
    public bool HasConvergence(IReadOnlySet<UniqueAddress> exitingConfirmed)
    {
        var isBeginning = !Gossip.Members.Any(static member => member.Status is MemberStatus.Up or MemberStatus.Leaving);
        foreach (var member in Gossip.Members)
        {
            var node = member.UniqueAddress;
            if (exitingConfirmed.Contains(node)) continue;
            if (IsUnreachable(node) && member.Status is not (MemberStatus.Down or MemberStatus.Exiting)) return false;
            var counts = member.Status is MemberStatus.Up or MemberStatus.Leaving
                || (isBeginning && member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp);
            if (counts && !Gossip.SeenBy(node)) return false;
        }

        return true;
    }

    /// <summary>
    /// The first reachable member by address that is Up or Leaving; with none of these, the first of the others, those who
    /// come before those who go.
    /// </summary>
    private UniqueAddress? LeaderOf(IEnumerable<Member> members)
    {
        Member? leader = null;
        foreach (var member in members)
        {
            var isSelf = member.UniqueAddress.Equals(Self);
            if (!isSelf && (member.Status == MemberStatus.Down || IsUnreachable(member.UniqueAddress))) continue;
            if (leader is null || LeaderRank(member.Status) < LeaderRank(leader.Status)) leader = member;
        }

        return leader?.UniqueAddress;
    }

    private static int LeaderRank(MemberStatus status) => status switch
    {
        MemberStatus.Up or MemberStatus.Leaving => 0,
        MemberStatus.Joining or MemberStatus.WeaklyUp => 1,
        MemberStatus.Exiting => 2,
        _ => 3,
    };
}
