#nullable enable
using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>
/// Everything the members agree upon: who is a member in which status, who cannot be reached, who has seen this version.
/// Each member holds one, changes it and passes it on; two that were changed apart are merged so that everybody ends with
/// the same, whatever the order in which they met. Immutable, and free of actors, clocks and randomness.
/// </summary>
/// <param name="Members">By address. Never one in status Removed: that status is absence.</param>
/// <param name="Reachability">Who says of whom that it cannot be reached.</param>
/// <param name="Seen">Who holds exactly this version.</param>
/// <param name="Version">The changes that this gossip contains.</param>
/// <param name="Tombstones">
/// Incarnations that were removed, and when (milliseconds since the Unix epoch). Without them a merge with an older view
/// would bring the dead back.
/// </param>
internal sealed record Gossip(
    ImmutableSortedSet<Member> Members,
    Reachability Reachability,
    ImmutableHashSet<UniqueAddress> Seen,
    VectorClock Version,
    ImmutableSortedDictionary<UniqueAddress, long> Tombstones)
{
    public static readonly Gossip Empty = new(
        ImmutableSortedSet<Member>.Empty,
        Reachability.AllReachable,
        ImmutableHashSet<UniqueAddress>.Empty,
        VectorClock.Zero,
        ImmutableSortedDictionary<UniqueAddress, long>.Empty);

    /// <summary>The member of this incarnation; null when there is none.</summary>
    public Member? Find(UniqueAddress node)
    {
        // A walk: clusters of this kind have a handful of members, and the set is ordered by a key that is not the member itself.
        foreach (var member in Members)
        {
            if (member.UniqueAddress.Equals(node)) return member;
        }

        return null;
    }

    public bool HasMember(UniqueAddress node) => Find(node) is not null;

    public bool SeenBy(UniqueAddress node) => Seen.Contains(node);

    /// <summary>This gossip with a change made by <paramref name="node"/>: a new version, which only that node has seen.</summary>
    public Gossip ChangedBy(UniqueAddress node) => this with { Version = Version.Increment(node), Seen = [node] };

    public Gossip WithSeen(UniqueAddress node) => Seen.Contains(node) ? this : this with { Seen = Seen.Add(node) };

    public Gossip WithSeen(ImmutableHashSet<UniqueAddress> nodes) => nodes.IsSubsetOf(Seen) ? this : this with { Seen = Seen.Union(nodes) };

    /// <summary>Adds the member or replaces it by the same one in another status.</summary>
    public Gossip With(Member member) => this with { Members = Members.Remove(member).Add(member) };

    public Gossip Remove(UniqueAddress node, long now) => this with
    {
        Members = Find(node) is { } member ? Members.Remove(member) : Members,
        Reachability = Reachability.Remove(node),
        Seen = Seen.Remove(node),
        Version = Version.Prune(node),
        Tombstones = Tombstones.SetItem(node, now),
    };

    /// <summary>Forgets removals older than <paramref name="before"/>: by then nobody holds a view that has the dead in it.</summary>
    public Gossip PruneTombstones(long before)
    {
        var old = Tombstones.Where(t => t.Value < before).Select(t => t.Key).ToArray();
        return old.Length == 0 ? this : this with { Tombstones = Tombstones.RemoveRange(old) };
    }

    /// <summary>Drops whom the other side knows to be removed, so that the two versions can be compared.</summary>
    public Gossip Bury(ImmutableSortedDictionary<UniqueAddress, long> tombstones)
    {
        var gossip = this;
        foreach (var (node, when) in tombstones)
        {
            if (gossip.Version.Changes.ContainsKey(node) || gossip.HasMember(node)) gossip = gossip.Remove(node, when);
        }

        return gossip;
    }

    /// <summary>
    /// Both views in one. Of a member in two states the later station of its life wins; the dead of either side stay dead.
    /// The result is a version of its own, which nobody has seen yet.
    /// </summary>
    public Gossip Merge(Gossip other)
    {
        var tombstones = Tombstones.ToBuilder();
        foreach (var (node, when) in other.Tombstones)
            tombstones[node] = Math.Max(when, tombstones.GetValueOrDefault(node, long.MinValue));

        var members = new Dictionary<UniqueAddress, Member>();
        foreach (var member in Members.Concat(other.Members))
        {
            if (tombstones.ContainsKey(member.UniqueAddress)) continue;
            members[member.UniqueAddress] = members.TryGetValue(member.UniqueAddress, out var known) ? Later(known, member) : member;
        }

        var version = Version.Merge(other.Version);
        foreach (var node in tombstones.Keys)
            version = version.Prune(node);

        return new Gossip(
            ImmutableSortedSet.CreateRange(members.Values),
            Reachability.Merge(other.Reachability, members.ContainsKey),
            ImmutableHashSet<UniqueAddress>.Empty,
            version,
            tombstones.ToImmutable());
    }

    /// <summary>Which of two states of one member is the later station of its life.</summary>
    internal static Member Later(Member a, Member b)
    {
        if (a.Status == b.Status) return b.UpNumber < a.UpNumber ? b : a;
        var later = Station(a.Status) > Station(b.Status) ? a : b;

        // A leave can overtake the promotion to Up; the age that the promotion gave must not be lost by it.
        var upNumber = Math.Min(a.UpNumber, b.UpNumber);
        return later.UpNumber == upNumber ? later : new Member(later.UniqueAddress, upNumber, later.Status, later.Roles);
    }

    private static int Station(MemberStatus status) => status switch
    {
        MemberStatus.Joining => 0,
        MemberStatus.WeaklyUp => 1,
        MemberStatus.Up => 2,
        MemberStatus.Leaving => 3,
        MemberStatus.Exiting => 4,
        MemberStatus.Down => 5,
        MemberStatus.Removed => 6,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a member status."),
    };
}
