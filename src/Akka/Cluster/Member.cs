using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>
/// A node as the cluster sees it: its unique address, its status and its roles. Immutable; two members are equal when
/// they are the same incarnation of the same node, whatever their status.
/// </summary>
public class Member : IComparable<Member>, IComparable, IEquatable<Member>
{
    /// <summary>The number of a member that was never Up: younger than every member that is.</summary>
    internal const int NotUpYet = int.MaxValue;

    internal Member(UniqueAddress uniqueAddress, int upNumber, MemberStatus status, ImmutableHashSet<string> roles)
    {
        UniqueAddress = uniqueAddress;
        UpNumber = upNumber;
        Status = status;
        Roles = roles;
    }

    /// <summary>Orders addresses by host, then by port: the order in which the leader is sought.</summary>
    public static readonly IComparer<Address> AddressOrdering = Comparer<Address>.Create(CompareAddresses);

    /// <summary>Orders members by age, the oldest first.</summary>
    public static readonly IComparer<Member> AgeOrdering = Comparer<Member>.Create(
        (a, b) => a.UpNumber != b.UpNumber ? a.UpNumber.CompareTo(b.UpNumber) : a.UniqueAddress.CompareTo(b.UniqueAddress));

    /// <summary>Which incarnation of which node this is.</summary>
    public UniqueAddress UniqueAddress { get; }

    /// <summary>Where the node is reached.</summary>
    public Address Address => UniqueAddress.Address;

    /// <summary>How far the member is on its way from joining to removal.</summary>
    public MemberStatus Status { get; }

    /// <summary>What the node said, when it joined, that it does.</summary>
    public ImmutableHashSet<string> Roles { get; }

    /// <summary>The place in the order in which members became Up; <see cref="NotUpYet"/> before that.</summary>
    internal int UpNumber { get; }

    /// <summary>Whether the node has this role.</summary>
    public bool HasRole(string role) => Roles.Contains(role);

    /// <summary>Whether this member became Up before the other; of two equally old the lower address counts as older.</summary>
    public bool IsOlderThan(Member other) =>
        UpNumber == other.UpNumber ? CompareAddresses(Address, other.Address) < 0 : UpNumber < other.UpNumber;

    /// <summary>The same member in another status; itself when it already is in that status.</summary>
    /// <exception cref="InvalidOperationException">A member cannot go from the one status to the other.</exception>
    public Member Copy(MemberStatus status)
    {
        if (status == Status) return this;
        if (!IsTransition(Status, status)) throw new InvalidOperationException($"A member cannot go from {Status} to {status}: {this}");
        return new Member(UniqueAddress, UpNumber, status, Roles);
    }

    /// <summary>The same member, Up, with its place in the order of age.</summary>
    /// <exception cref="InvalidOperationException">A member in this status cannot become Up.</exception>
    public Member CopyUp(int upNumber) =>
        new Member(UniqueAddress, upNumber, Status, Roles).Copy(MemberStatus.Up);

    /// <inheritdoc/>
    public int CompareTo(Member other) => other is null ? 1 : UniqueAddress.CompareTo(other.UniqueAddress);

    int IComparable.CompareTo(object obj) =>
        obj is null or Member ? CompareTo((Member)obj) : throw new ArgumentException("Not a Member.", nameof(obj));

    /// <inheritdoc/>
    public bool Equals(Member other) => other is not null && UniqueAddress.Equals(other.UniqueAddress);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is Member other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => UniqueAddress.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() =>
        $"Member(address = {Address}, Uid={UniqueAddress.Uid} status = {Status}, "
        + $"role=[{string.Join(",", Roles.Order(StringComparer.Ordinal))}], upNumber={UpNumber})";

    internal static int CompareAddresses(Address a, Address b)
    {
        if (ReferenceEquals(a, b)) return 0;
        var byHost = string.CompareOrdinal(a.Host ?? "", b.Host ?? "");
        return byHost != 0 ? byHost : (a.Port ?? 0).CompareTo(b.Port ?? 0);
    }

    /// <summary>Down and Removed can be reached from anywhere before them; nothing comes after Removed.</summary>
    private static bool IsTransition(MemberStatus from, MemberStatus to) => from switch
    {
        MemberStatus.Joining => true,
        MemberStatus.WeaklyUp => to is not MemberStatus.Joining,
        MemberStatus.Up => to is MemberStatus.Leaving or MemberStatus.Down or MemberStatus.Removed,
        MemberStatus.Leaving => to is MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Removed,
        MemberStatus.Exiting => to is MemberStatus.Down or MemberStatus.Removed,
        MemberStatus.Down => to is MemberStatus.Removed,
        _ => false,
    };
}

/// <summary>The stations of a member's life. The numbers are part of what peers send each other.</summary>
public enum MemberStatus
{
    /// <summary>Known to the cluster, not yet one of it.</summary>
    Joining = 0,

    /// <summary>One of the cluster.</summary>
    Up = 1,

    /// <summary>Has said that it will go.</summary>
    Leaving = 2,

    /// <summary>Everybody knows that it goes; it hands over what it holds.</summary>
    Exiting = 3,

    /// <summary>Declared dead: it takes part in nothing any more.</summary>
    Down = 4,

    /// <summary>Gone for good: this incarnation never comes back.</summary>
    Removed = 5,

    /// <summary>Let in while an unreachable member keeps the cluster from agreeing; becomes Up once it agrees.</summary>
    WeaklyUp = 6,
}
