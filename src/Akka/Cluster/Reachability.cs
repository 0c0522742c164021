#nullable enable
using System.Collections.Immutable;
using Subjects = System.Collections.Immutable.ImmutableSortedDictionary<Akka.Cluster.UniqueAddress, Akka.Cluster.ReachabilityStatus>;

namespace Akka.Cluster;

/// <summary>What one member says of another that it watches. Saying nothing means that the other is reachable.</summary>
internal enum ReachabilityStatus : byte
{
    /// <summary>Its heartbeats stay out. May be taken back.</summary>
    Unreachable = 1,

    /// <summary>This incarnation is gone, for another one answers at its address. Never taken back.</summary>
    Terminated = 2,
}

/// <summary>
/// Who says of whom that it cannot be reached. Each observer owns one table and counts its changes, so that two views of
/// the whole merge table by table: the newer table of each observer is the truth.
/// </summary>
internal sealed class Reachability
{
    public static readonly Reachability AllReachable = new(ImmutableSortedDictionary<UniqueAddress, Table>.Empty);

    private readonly ImmutableSortedDictionary<UniqueAddress, Table> _tables;

    public Reachability(ImmutableSortedDictionary<UniqueAddress, Table> tables) => _tables = tables;

    /// <summary>The observations of one member; <see cref="Version"/> counts every change of it.</summary>
    public sealed record Table(long Version, ImmutableSortedDictionary<UniqueAddress, ReachabilityStatus> Subjects)
    {
        public static readonly Table Empty = new(0, ImmutableSortedDictionary<UniqueAddress, ReachabilityStatus>.Empty);
    }

    public ImmutableSortedDictionary<UniqueAddress, Table> Tables => _tables;

    public Reachability Unreachable(UniqueAddress observer, UniqueAddress subject) =>
        Said(observer, subject) is null ? Change(observer, t => t.SetItem(subject, ReachabilityStatus.Unreachable)) : this;

    public Reachability Terminated(UniqueAddress observer, UniqueAddress subject) =>
        Said(observer, subject) == ReachabilityStatus.Terminated
            ? this
            : Change(observer, t => t.SetItem(subject, ReachabilityStatus.Terminated));

    public Reachability Reachable(UniqueAddress observer, UniqueAddress subject) =>
        Said(observer, subject) == ReachabilityStatus.Unreachable ? Change(observer, t => t.Remove(subject)) : this;

    /// <summary>What the observer says of the subject; null when it says nothing against it.</summary>
    public ReachabilityStatus? Said(UniqueAddress observer, UniqueAddress subject) =>
        _tables.TryGetValue(observer, out var table) && table.Subjects.TryGetValue(subject, out var status) ? status : null;

    /// <summary>Everybody of whom one of the given observers says that it cannot be reached.</summary>
    public ImmutableHashSet<UniqueAddress> UnreachableFor(Func<UniqueAddress, bool> observer)
    {
        if (_tables.IsEmpty) return ImmutableHashSet<UniqueAddress>.Empty;
        var unreachable = ImmutableHashSet.CreateBuilder<UniqueAddress>();
        foreach (var (by, table) in _tables)
        {
            if (observer(by)) unreachable.UnionWith(table.Subjects.Keys);
        }

        return unreachable.ToImmutable();
    }

    /// <summary>Forgets everything said by and of a member.</summary>
    public Reachability Remove(UniqueAddress node)
    {
        var tables = _tables.Remove(node);
        foreach (var (observer, table) in tables)
        {
            if (table.Subjects.ContainsKey(node)) tables = tables.SetItem(observer, table with { Subjects = table.Subjects.Remove(node) });
        }

        return ReferenceEquals(tables, _tables) ? this : new Reachability(tables);
    }

    /// <summary>Both views, each observer's newer table winning, restricted to those who are members.</summary>
    public Reachability Merge(Reachability other, Func<UniqueAddress, bool> isMember)
    {
        var merged = _tables.ToBuilder();
        foreach (var (observer, theirs) in other._tables)
        {
            if (!merged.TryGetValue(observer, out var mine) || theirs.Version > mine.Version) merged[observer] = theirs;
        }

        var result = new Reachability(merged.ToImmutable());
        foreach (var (observer, table) in result._tables)
        {
            if (!isMember(observer)) result = result.Remove(observer);
            foreach (var subject in table.Subjects.Keys)
            {
                if (!isMember(subject)) result = result.Remove(subject);
            }
        }

        return result;
    }

    private Reachability Change(UniqueAddress observer, Func<Subjects, Subjects> change)
    {
        var table = _tables.GetValueOrDefault(observer, Table.Empty);
        return new Reachability(_tables.SetItem(observer, new Table(table.Version + 1, change(table.Subjects))));
    }
}
