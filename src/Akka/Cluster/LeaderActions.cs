#nullable enable
using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>
/// What the leader does to the membership, as pure functions of the state that it does it to.
/// </summary>
internal static class LeaderActions
{
    /// <summary>How long a removal is remembered: longer than any view of the cluster can hide in a paused process.</summary>
    internal static readonly TimeSpan TombstoneAge = TimeSpan.FromDays(1);

    /// <summary>How many members must be there before anybody becomes Up, in all and by role.</summary>
    internal sealed record Minimum(int Members, ImmutableDictionary<string, int> OfRole);

    /// <summary>
    /// The next gossip once everybody agrees on this one; the same object when there is nothing to do. Joining and WeaklyUp
    /// become Up when there are enough members, Leaving becomes Exiting, and gone are: the Down, the Exiting that cannot be
    /// reached, the Exiting that have said goodbye.
    /// </summary>
    /// <remarks>
    /// A Down member goes as soon as the others agree, even before the failure detector notices its silence: the decision that
    /// it is dead has been made, and waiting for the detector would only delay who takes over from it. A member that was
    /// declared dead while alive has been sent the verdict before this, and ends itself.
    /// </remarks>
    public static Gossip OnConvergence(
        MembershipState state, IReadOnlySet<UniqueAddress> exitingConfirmed, Minimum minimum, long now)
    {
        var gossip = state.Gossip;
        foreach (var member in state.Gossip.Members)
        {
            if (!member.UniqueAddress.Equals(state.Self) && IsGone(state, member, exitingConfirmed))
                gossip = gossip.Remove(member.UniqueAddress, now);
        }

        var enough = HasEnough(gossip.Members, minimum);
        var upNumber = gossip.Members.Where(m => m.UpNumber != Member.NotUpYet).Select(m => m.UpNumber).DefaultIfEmpty(0).Max();
        foreach (var member in gossip.Members)
        {
            var next = member.Status switch
            {
                MemberStatus.Joining or MemberStatus.WeaklyUp when enough => member.CopyUp(++upNumber),
                MemberStatus.Leaving => member.Copy(MemberStatus.Exiting),
                _ => member,
            };
            if (!ReferenceEquals(next, member)) gossip = gossip.With(next);
        }

        return ReferenceEquals(gossip, state.Gossip)
            ? gossip
            : gossip.PruneTombstones(now - (long)TombstoneAge.TotalMilliseconds);
    }

    /// <summary>The next gossip when agreement is long in coming: who waits to join is let in provisionally.</summary>
    public static Gossip WithoutConvergence(MembershipState state, Minimum minimum)
    {
        var gossip = state.Gossip;
        if (!HasEnough(gossip.Members, minimum)) return gossip;
        foreach (var member in state.Gossip.Members)
        {
            if (member.Status == MemberStatus.Joining && !state.IsUnreachable(member.UniqueAddress))
                gossip = gossip.With(member.Copy(MemberStatus.WeaklyUp));
        }

        return gossip;
    }

    private static bool IsGone(MembershipState state, Member member, IReadOnlySet<UniqueAddress> exitingConfirmed) => member.Status switch
    {
        MemberStatus.Down => true,
        MemberStatus.Exiting => exitingConfirmed.Contains(member.UniqueAddress) || state.IsUnreachable(member.UniqueAddress),
        _ => false,
    };

    private static bool HasEnough(ImmutableSortedSet<Member> members, Minimum minimum)
    {
        bool Counts(Member m) => m.Status is not (MemberStatus.Down or MemberStatus.Exiting);
        return members.Count(Counts) >= minimum.Members
            && minimum.OfRole.All(role => members.Count(m => Counts(m) && m.HasRole(role.Key)) >= role.Value);
    }
}
