using Akka.Actor;

namespace Akka.Cluster;

/// <summary>
/// One incarnation of a node: its address and the uid that its actor system drew when it started. A node that restarts
/// on the same address is a different member, and the uid is what tells the two apart.
/// </summary>
public class UniqueAddress : IEquatable<UniqueAddress>, IComparable<UniqueAddress>, IComparable
{
    /// <summary>Names the incarnation <paramref name="uid"/> of the node at <paramref name="address"/>.</summary>
    /// <exception cref="ArgumentNullException">The address is null.</exception>
    public UniqueAddress(Address address, int uid)
    {
        ArgumentNullException.ThrowIfNull(address);
        Address = address;
        Uid = uid;
    }

    /// <summary>Where the node is reached.</summary>
    public Address Address { get; }

    /// <summary>Which start of that node's actor system this is.</summary>
    public int Uid { get; }

    /// <summary>Orders by address (host, then port), then by uid.</summary>
    public int CompareTo(UniqueAddress uniqueAddress)
    {
        if (uniqueAddress is null) return 1;
        var byAddress = Member.CompareAddresses(Address, uniqueAddress.Address);
        return byAddress != 0 ? byAddress : Uid.CompareTo(uniqueAddress.Uid);
    }

    int IComparable.CompareTo(object obj) =>
        obj is null or UniqueAddress ? CompareTo((UniqueAddress)obj) : throw new ArgumentException("Not a UniqueAddress.", nameof(obj));

    /// <inheritdoc/>
    public bool Equals(UniqueAddress other) => other is not null && Uid == other.Uid && Address.Equals(other.Address);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is UniqueAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Uid;

    /// <inheritdoc/>
    public override string ToString() => $"UniqueAddress: ({Address}, {Uid})";
}
