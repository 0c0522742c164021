#nullable enable
using System.Collections.Immutable;
using System.Text;

namespace Akka.Cluster;

/// <summary>
/// Who watches whom. All members stand on a ring, in an order that every member computes alike and that has nothing to do
/// with their addresses, so that neighbours are not all in one rack; each watches the next few.
/// </summary>
internal static class HeartbeatRing
{
    /// <summary>
    /// The nodes that <paramref name="self"/> watches: the next <paramref name="count"/> that can be reached, and those in between
    /// that cannot, for somebody must notice when they come back.
    /// </summary>
    public static ImmutableArray<UniqueAddress> WatchedBy(
        UniqueAddress self, IEnumerable<UniqueAddress> nodes, IReadOnlySet<UniqueAddress> unreachable, int count)
    {
        var ring = nodes.Append(self).Distinct().OrderBy(Place).ThenBy(node => node).ToArray();
        var start = Array.IndexOf(ring, self);
        var watched = ImmutableArray.CreateBuilder<UniqueAddress>();
        var reachable = 0;
        for (var i = 1; i < ring.Length && reachable < count; i++)
        {
            var node = ring[(start + i) % ring.Length];
            watched.Add(node);
            if (!unreachable.Contains(node)) reachable++;
        }

        return watched.ToImmutable();
    }

    /// <summary>FNV-1a of address and uid: the same in every process, unlike the hash codes of .NET.</summary>
    private static uint Place(UniqueAddress node)
    {
        var hash = 2166136261u;
        foreach (var value in Encoding.UTF8.GetBytes($"{node.Address}#{node.Uid}"))
            hash = (hash ^ value) * 16777619u;
        return hash;
    }
}
