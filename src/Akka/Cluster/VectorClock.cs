#nullable enable
using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>How two versions of the membership relate.</summary>
internal enum VersionOrder
{
    Same,
    Before,
    After,
    Concurrent,
}

/// <summary>
/// The version of a gossip: how many changes each member has made to it. One version comes after another when it holds
/// all of the other's changes; two that each hold a change the other lacks are concurrent and must be merged.
/// </summary>
internal sealed class VectorClock
{
    public static readonly VectorClock Zero = new(ImmutableSortedDictionary<UniqueAddress, long>.Empty);

    public VectorClock(ImmutableSortedDictionary<UniqueAddress, long> changes) => Changes = changes;

    /// <summary>The number of changes each member has made; a member that is absent made none.</summary>
    public ImmutableSortedDictionary<UniqueAddress, long> Changes { get; }

    public VectorClock Increment(UniqueAddress node) =>
        new(Changes.SetItem(node, Changes.GetValueOrDefault(node) + 1));

    /// <summary>Forgets the changes of a member that was removed, or the clock would grow with every restart.</summary>
    public VectorClock Prune(UniqueAddress node) => Changes.ContainsKey(node) ? new VectorClock(Changes.Remove(node)) : this;

    /// <summary>The earliest version that holds the changes of both.</summary>
    public VectorClock Merge(VectorClock other)
    {
        var merged = Changes.ToBuilder();
        foreach (var (node, count) in other.Changes)
        {
            if (count > merged.GetValueOrDefault(node)) merged[node] = count;
        }

        return new VectorClock(merged.ToImmutable());
    }

    public VersionOrder CompareTo(VectorClock other)
    {
        if (ReferenceEquals(this, other)) return VersionOrder.Same;
        var behind = HasMoreThan(other.Changes, Changes);
        var ahead = HasMoreThan(Changes, other.Changes);
        return (ahead, behind) switch
        {
            (false, false) => VersionOrder.Same,
            (true, false) => VersionOrder.After,
            (false, true) => VersionOrder.Before,
            (true, true) => VersionOrder.Concurrent,
        };
    }

    private static bool HasMoreThan(
        ImmutableSortedDictionary<UniqueAddress, long> left, ImmutableSortedDictionary<UniqueAddress, long> right)
    {
        foreach (var (node, count) in left)
        {
            if (count > right.GetValueOrDefault(node)) return true;
        }

        return false;
    }
}
