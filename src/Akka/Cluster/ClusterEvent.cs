using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>What subscribers of <see cref="Cluster"/> are told.</summary>
public class ClusterEvent
{
    /// <summary>Begin with one <see cref="CurrentClusterState"/>.</summary>
    public const SubscriptionInitialStateMode InitialStateAsSnapshot = SubscriptionInitialStateMode.InitialStateAsSnapshot;

    /// <summary>Begin with the events that would have led to the current state.</summary>
    public const SubscriptionInitialStateMode InitialStateAsEvents = SubscriptionInitialStateMode.InitialStateAsEvents;

    /// <summary>How a subscriber learns what was before it subscribed.</summary>
    public enum SubscriptionInitialStateMode
    {
        /// <summary>One <see cref="CurrentClusterState"/> before the first event.</summary>
        InitialStateAsSnapshot,

        /// <summary>The events, of the types subscribed to, that would have led to the current state.</summary>
        InitialStateAsEvents,
    }

    /// <summary>Any event of the cluster. One that comes too late for its subscriber is not worth a dead letter.</summary>
    public interface IClusterDomainEvent : IDeadLetterSuppression;

    /// <summary>The cluster as this node sees it at one moment. Another node may see another moment.</summary>
    public sealed class CurrentClusterState : INoSerializationVerificationNeeded
    {
        private readonly ImmutableDictionary<string, Address> _roleLeaderMap;

        /// <summary>The state of a node that has not joined.</summary>
        public CurrentClusterState()
            : this([], [], [], null, ImmutableDictionary<string, Address>.Empty)
        {
        }

        /// <summary>A state with these members.</summary>
        public CurrentClusterState(
            ImmutableSortedSet<Member> members,
            ImmutableHashSet<Member> unreachable,
            ImmutableHashSet<Address> seenBy,
            Address leader,
            ImmutableDictionary<string, Address> roleLeaderMap)
        {
            Members = members;
            Unreachable = unreachable;
            SeenBy = seenBy;
            Leader = leader;
            _roleLeaderMap = roleLeaderMap;
        }

        /// <summary>All members, by address.</summary>
        public ImmutableSortedSet<Member> Members { get; }

        /// <summary>The members of whom somebody says that they cannot be reached.</summary>
        public ImmutableHashSet<Member> Unreachable { get; }

        /// <summary>Who has seen this version of the membership.</summary>
        public ImmutableHashSet<Address> SeenBy { get; }

        /// <summary>The member that acts for the cluster; null when unknown.</summary>
        public Address Leader { get; }

        /// <summary>The roles of all members together.</summary>
        public ImmutableHashSet<string> AllRoles => Members.SelectMany(m => m.Roles).ToImmutableHashSet();

        /// <summary>The leader among the members with this role; null when there is none.</summary>
        public Address RoleLeader(string role) => _roleLeaderMap.GetValueOrDefault(role);

        /// <summary>This state with what is given replaced; a null keeps what was.</summary>
        public CurrentClusterState Copy(
            ImmutableSortedSet<Member> members = null,
            ImmutableHashSet<Member> unreachable = null,
            ImmutableHashSet<Address> seenBy = null,
            Address leader = null,
            ImmutableDictionary<string, Address> roleLeaderMap = null) =>
            new(members ?? Members, unreachable ?? Unreachable, seenBy ?? SeenBy, leader ?? Leader, roleLeaderMap ?? _roleLeaderMap);
    }

    /// <summary>A member changed its status.</summary>
    public interface IMemberEvent : IClusterDomainEvent
    {
        /// <summary>The member, in its new status.</summary>
        Member Member { get; }
    }

    /// <summary>A member came into a status.</summary>
    public abstract class MemberStatusChange : IMemberEvent
    {
        /// <summary>Tells of a member in the status that the event stands for.</summary>
        /// <exception cref="ArgumentException">The member is in another status.</exception>
        protected MemberStatusChange(Member member, MemberStatus validStatus)
        {
            if (member.Status != validStatus) throw new ArgumentException($"Expected {validStatus}, got {member}", nameof(member));
            Member = member;
        }

        /// <inheritdoc/>
        public Member Member { get; }

        /// <inheritdoc/>
        public override bool Equals(object obj) =>
            obj is MemberStatusChange other && other.GetType() == GetType() && Member.Equals(other.Member);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(GetType(), Member);

        /// <inheritdoc/>
        public override string ToString() => $"{GetType().Name}({Member})";
    }

    /// <summary>A node asked to be a member.</summary>
    public sealed class MemberJoined(Member member) : MemberStatusChange(member, MemberStatus.Joining);

    /// <summary>A member became one of the cluster.</summary>
    public sealed class MemberUp(Member member) : MemberStatusChange(member, MemberStatus.Up);

    /// <summary>A member was let in provisionally.</summary>
    public sealed class MemberWeaklyUp(Member member) : MemberStatusChange(member, MemberStatus.WeaklyUp);

    /// <summary>A member has said that it will go.</summary>
    public sealed class MemberLeft(Member member) : MemberStatusChange(member, MemberStatus.Leaving);

    /// <summary>Everybody knows that the member goes: what it holds can be handed over.</summary>
    public sealed class MemberExited(Member member) : MemberStatusChange(member, MemberStatus.Exiting);

    /// <summary>A member was declared dead.</summary>
    public sealed class MemberDowned(Member member) : MemberStatusChange(member, MemberStatus.Down);

    /// <summary>A member is gone for good.</summary>
    public sealed class MemberRemoved : MemberStatusChange
    {
        /// <summary>Tells of a member that was removed from <paramref name="previousStatus"/>.</summary>
        /// <exception cref="ArgumentException">The member is not in status Removed.</exception>
        public MemberRemoved(Member member, MemberStatus previousStatus)
            : base(member, MemberStatus.Removed) => PreviousStatus = previousStatus;

        /// <summary>Down after a crash, Exiting after a graceful leave.</summary>
        public MemberStatus PreviousStatus { get; }

        /// <inheritdoc/>
        public override string ToString() => $"MemberRemoved({Member}, previously {PreviousStatus})";
    }

    /// <summary>Another member leads.</summary>
    public sealed class LeaderChanged(Address leader) : IClusterDomainEvent
    {
        /// <summary>Who leads now; null when nobody does.</summary>
        public Address Leader { get; } = leader;

        /// <inheritdoc/>
        public override bool Equals(object obj) => obj is LeaderChanged other && Equals(Leader, other.Leader);

        /// <inheritdoc/>
        public override int GetHashCode() => Leader?.GetHashCode() ?? 0;

        /// <inheritdoc/>
        public override string ToString() => $"LeaderChanged(NewLeader={Leader})";
    }

    /// <summary>Another member leads those with a role.</summary>
    public sealed class RoleLeaderChanged(string role, Address leader) : IClusterDomainEvent
    {
        /// <summary>The role.</summary>
        public string Role { get; } = role;

        /// <summary>Who leads now; null when nobody has the role.</summary>
        public Address Leader { get; } = leader;

        /// <inheritdoc/>
        public override bool Equals(object obj) =>
            obj is RoleLeaderChanged other && Role == other.Role && Equals(Leader, other.Leader);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Role, Leader);

        /// <inheritdoc/>
        public override string ToString() => $"RoleLeaderChanged(Leader={Leader}, Role={Role})";
    }

    /// <summary>This node's membership has ended; it is the last thing but the removals that subscribers are told.</summary>
    public sealed class ClusterShuttingDown : IClusterDomainEvent
    {
        /// <summary>The only one there is.</summary>
        public static readonly IClusterDomainEvent Instance = new ClusterShuttingDown();

        private ClusterShuttingDown()
        {
        }
    }

    /// <summary>A member became reachable or unreachable.</summary>
    public interface IReachabilityEvent : IClusterDomainEvent;

    /// <summary>A change in whether a member can be reached.</summary>
    public abstract class ReachabilityEvent(Member member) : IReachabilityEvent
    {
        /// <summary>The member.</summary>
        public Member Member { get; } = member;

        /// <inheritdoc/>
        public override bool Equals(object obj) =>
            obj is ReachabilityEvent other && other.GetType() == GetType() && Member.Equals(other.Member);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(GetType(), Member);

        /// <inheritdoc/>
        public override string ToString() => $"{GetType().Name}({Member})";
    }

    /// <summary>Somebody who watches the member no longer hears from it. May be taken back.</summary>
    public sealed class UnreachableMember(Member member) : ReachabilityEvent(member);

    /// <summary>Everybody who watches the member hears from it again.</summary>
    public sealed class ReachableMember(Member member) : ReachabilityEvent(member);
}
