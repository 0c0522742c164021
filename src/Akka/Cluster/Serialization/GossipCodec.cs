#nullable enable
using System.Collections.Immutable;
using System.Runtime.Serialization;

namespace Akka.Cluster.Serialization;

/// <summary>
/// The one binary form of a gossip:
/// <code>
/// format (1) | nodes: count, each address and uid | roles: count, each text
/// members: count, each node, status, up number, roles: count, each role
/// observers: count, each node, version, subjects: count, each node, status
/// seen: count, each node | version: count, each node, changes | tombstones: count, each node, time
/// </code>
/// Nodes and roles stand once in their tables and are referred to by their place there.
/// </summary>
internal static class GossipCodec
{
    private const byte Format = 1;

    public static void Write(WireWriter to, Gossip gossip)
    {
        var nodes = NodesOf(gossip);
        var roles = gossip.Members.SelectMany(m => m.Roles).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        to.Byte(Format);
        WriteList(to, nodes.Keys.ToArray(), to.Node);
        WriteList(to, roles, to.Text);
        WriteList(to, gossip.Members, member =>
        {
            to.Number(nodes[member.UniqueAddress]);
            to.Byte((byte)member.Status);
            to.Number(member.UpNumber);
            WriteList(to, member.Roles, role => to.Number(Array.BinarySearch(roles, role, StringComparer.Ordinal)));
        });
        WriteList(to, gossip.Reachability.Tables, table =>
        {
            to.Number(nodes[table.Key]);
            to.Number(table.Value.Version);
            WriteList(to, table.Value.Subjects, subject =>
            {
                to.Number(nodes[subject.Key]);
                to.Byte((byte)subject.Value);
            });
        });
        WriteList(to, gossip.Seen, node => to.Number(nodes[node]));
        WriteCounts(to, gossip.Version.Changes, nodes);
        WriteCounts(to, gossip.Tombstones, nodes);
    }

    public static Gossip Read(ref WireReader from)
    {
        if (from.Byte() != Format) throw new SerializationException("A gossip is of a format that this version does not know.");
        var nodes = new UniqueAddress[from.Count()];
        for (var i = 0; i < nodes.Length; i++)
            nodes[i] = from.Node();
        var roles = new string[from.Count()];
        for (var i = 0; i < roles.Length; i++)
            roles[i] = from.Text();

        var members = ReadMembers(ref from, nodes, roles);
        var reachability = ReadReachability(ref from, nodes);
        var seen = ImmutableHashSet.CreateBuilder<UniqueAddress>();
        for (var count = from.Count(); count > 0; count--)
            seen.Add(nodes[from.Index(nodes.Length)]);
        var version = new VectorClock(ReadCounts(ref from, nodes));
        return new Gossip(members, reachability, seen.ToImmutable(), version, ReadCounts(ref from, nodes));
    }

    public static void WriteVersion(WireWriter to, VectorClock version) => WriteList(to, version.Changes, change =>
    {
        to.Node(change.Key);
        to.Number(change.Value);
    });

    public static VectorClock ReadVersion(ref WireReader from)
    {
        var changes = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, long>();
        for (var count = from.Count(); count > 0; count--)
        {
            var node = from.Node();
            changes[node] = from.Number();
        }

        return new VectorClock(changes.ToImmutable());
    }

    private static SortedList<UniqueAddress, int> NodesOf(Gossip gossip)
    {
        var places = new SortedList<UniqueAddress, int>();
        foreach (var node in gossip.Members.Select(m => m.UniqueAddress)
            .Concat(gossip.Reachability.Tables.Keys)
            .Concat(gossip.Reachability.Tables.Values.SelectMany(table => table.Subjects.Keys))
            .Concat(gossip.Seen)
            .Concat(gossip.Version.Changes.Keys)
            .Concat(gossip.Tombstones.Keys))
        {
            places[node] = 0;
        }

        for (var i = 0; i < places.Count; i++)
            places.SetValueAtIndex(i, i);
        return places;
    }

    private static void WriteList<T>(WireWriter to, IReadOnlyCollection<T> items, Action<T> write)
    {
        to.Number(items.Count);
        foreach (var item in items)
            write(item);
    }

    private static void WriteCounts(
        WireWriter to, ImmutableSortedDictionary<UniqueAddress, long> counts, SortedList<UniqueAddress, int> nodes) =>
        WriteList(to, counts, count =>
        {
            to.Number(nodes[count.Key]);
            to.Number(count.Value);
        });

    private static ImmutableSortedDictionary<UniqueAddress, long> ReadCounts(ref WireReader from, UniqueAddress[] nodes)
    {
        var counts = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, long>();
        for (var count = from.Count(); count > 0; count--)
        {
            var node = nodes[from.Index(nodes.Length)];
            counts[node] = from.Number();
        }

        return counts.ToImmutable();
    }

    private static ImmutableSortedSet<Member> ReadMembers(ref WireReader from, UniqueAddress[] nodes, string[] roles)
    {
        var members = ImmutableSortedSet.CreateBuilder<Member>();
        for (var count = from.Count(); count > 0; count--)
        {
            var node = nodes[from.Index(nodes.Length)];
            var status = (MemberStatus)from.Byte();
            if (!Enum.IsDefined(status) || status == MemberStatus.Removed)
                throw new SerializationException($"A gossip contains a member in status {(int)status}.");
            var upNumber = from.NonNegativeInt32();
            var ofMember = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
            for (var roleCount = from.Count(); roleCount > 0; roleCount--)
                ofMember.Add(roles[from.Index(roles.Length)]);
            members.Add(new Member(node, upNumber, status, ofMember.ToImmutable()));
        }

        return members.ToImmutable();
    }

    private static Reachability ReadReachability(ref WireReader from, UniqueAddress[] nodes)
    {
        var tables = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, Reachability.Table>();
        for (var count = from.Count(); count > 0; count--)
        {
            var observer = nodes[from.Index(nodes.Length)];
            var version = from.Number();
            var subjects = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, ReachabilityStatus>();
            for (var subjectCount = from.Count(); subjectCount > 0; subjectCount--)
            {
                var subject = nodes[from.Index(nodes.Length)];
                var status = (ReachabilityStatus)from.Byte();
                if (!Enum.IsDefined(status)) throw new SerializationException("A gossip contains an observation of an unknown kind.");
                subjects[subject] = status;
            }

            tables[observer] = new Reachability.Table(version, subjects.ToImmutable());
        }

        return new Reachability(tables.ToImmutable());
    }
}
