#nullable enable
using System.Collections.Immutable;

namespace Akka.Cluster.SBR;

/// <summary>Who dies.</summary>
internal enum DowningDecision
{
    /// <summary>The other side.</summary>
    DownUnreachable,

    /// <summary>This side.</summary>
    DownReachable,

    /// <summary>Both.</summary>
    DownAll,
}

/// <summary>
/// Decides which side of a broken network lives. Each side decides alone, from what it last knew, and the two must come to
/// opposite decisions. Pure: it knows no actors and no time, and does nothing.
/// </summary>
internal abstract class DowningStrategy
{
    /// <summary>
    /// The members to down; empty when there is nothing to decide. Members who do not reach each other but are both still heard of
    /// through others are on neither side and go first; then the sides are judged without them.
    /// </summary>
    public ImmutableHashSet<UniqueAddress> Judge(Partition partition)
    {
        if (!partition.IndirectlyConnected.IsEmpty)
            return partition.IndirectlyConnected.Union(Judge(partition.WithoutIndirectlyConnected()));
        if (partition.Unreachable.IsEmpty) return [];

        var all = partition.Members.Select(m => m.UniqueAddress);
        return Decide(partition) switch
        {
            DowningDecision.DownUnreachable => partition.Unreachable,
            DowningDecision.DownReachable => [.. all.Where(node => !partition.Unreachable.Contains(node))],
            DowningDecision.DownAll => [.. all],
            var other => throw new ArgumentOutOfRangeException(nameof(partition), other, "Not a decision."),
        };
    }

    /// <summary>The decision when some members cannot be reached and none is connected indirectly.</summary>
    protected abstract DowningDecision Decide(Partition partition);
}

/// <summary>What one side of a broken network knows.</summary>
/// <param name="Members">Everybody who is not Down yet, on both sides.</param>
/// <param name="Unreachable">Those who cannot be reached from here.</param>
/// <param name="IndirectlyConnected">Those who some reach and some do not.</param>
internal sealed record Partition(
    ImmutableArray<Member> Members, ImmutableHashSet<UniqueAddress> Unreachable, ImmutableHashSet<UniqueAddress> IndirectlyConnected)
{
    public static Partition Of(MembershipState state)
    {
        var members = state.Gossip.Members.Where(m => m.Status != MemberStatus.Down).ToImmutableArray();
        var alive = members.Select(m => m.UniqueAddress).ToImmutableHashSet();
        var unreachable = alive.Where(state.IsUnreachable).ToImmutableHashSet();

        // Somebody who accuses and is accused, or is accused and yet has seen the latest gossip, is heard of by a detour.
        var accusations = state.Gossip.Reachability.Tables
            .Where(table => alive.Contains(table.Key))
            .SelectMany(table => table.Value.Subjects.Keys.Where(alive.Contains).Select(subject => (Observer: table.Key, Subject: subject)))
            .ToArray();
        var accusers = accusations.Select(a => a.Observer).ToImmutableHashSet();
        var indirect = unreachable.Where(accusers.Contains).ToImmutableHashSet();
        var detours = accusations.Where(a => state.Gossip.SeenBy(a.Subject) && !a.Subject.Equals(a.Observer)).ToArray();
        indirect = indirect.Union(detours.SelectMany(a => new[] { a.Observer, a.Subject }));
        return new Partition(members, unreachable, indirect);
    }

    /// <summary>The members whose number and names decide: Up or Leaving, with the role if one is asked for.</summary>
    public IEnumerable<Member> Voters(string? role) =>
        Members.Where(m => m.Status is MemberStatus.Up or MemberStatus.Leaving && (role is null || m.HasRole(role)));

    public bool IsReachable(Member member) => !Unreachable.Contains(member.UniqueAddress);

    public Partition WithoutIndirectlyConnected() => new(
        [.. Members.Where(m => !IndirectlyConnected.Contains(m.UniqueAddress))], Unreachable.Except(IndirectlyConnected), []);

    /// <summary>How it looks to a member that can reach none of the others.</summary>
    public Partition BrokenFor(UniqueAddress self) => this with
    {
        Unreachable = [.. Members.Select(m => m.UniqueAddress).Where(node => !node.Equals(self))],
        IndirectlyConnected = [],
    };

    /// <summary>
    /// How it may look from the other side by now: there, who was joining may have become Up, and who was leaving here may
    /// have been seen Exiting.
    /// </summary>
    public Partition AsTheOthersMaySeeIt() => this with
    {
        Members = [.. Members.Select(m => (m.Status, IsReachable(m)) switch
        {
            (MemberStatus.Joining or MemberStatus.WeaklyUp, false) => m.Copy(MemberStatus.Up),
            (MemberStatus.Leaving, true) => m.Copy(MemberStatus.Exiting),
            _ => m,
        })],
    };
}

/// <summary>The larger side lives; of two equal sides the one with the lowest address.</summary>
internal sealed class KeepMajority(string? role) : DowningStrategy
{
    protected override DowningDecision Decide(Partition partition)
    {
        var decision = ByMajority(partition);

        // A change of membership that only one side knows of could make both sides believe to be the larger one.
        return ByMajority(partition.AsTheOthersMaySeeIt()) == decision ? decision : DowningDecision.DownAll;
    }

    private DowningDecision ByMajority(Partition partition)
    {
        var voters = partition.Voters(role).ToArray();
        if (voters.Length == 0) return DowningDecision.DownAll;
        var here = voters.Count(partition.IsReachable);
        var there = voters.Length - here;
        var isHere = here == there ? partition.IsReachable(voters.Min()!) : here > there;
        return isHere ? DowningDecision.DownUnreachable : DowningDecision.DownReachable;
    }
}

/// <summary>A side lives that has at least a fixed number of members.</summary>
internal sealed class StaticQuorum(int size, string? role) : DowningStrategy
{
    protected override DowningDecision Decide(Partition partition)
    {
        var voters = partition.Voters(role).ToArray();

        // With more members than this both sides could have a quorum.
        if (voters.Length > (size * 2) - 1) return DowningDecision.DownAll;
        return voters.Count(partition.IsReachable) >= size ? DowningDecision.DownUnreachable : DowningDecision.DownReachable;
    }
}

/// <summary>The side with the oldest member lives, unless that is alone and gives way.</summary>
internal sealed class KeepOldest(bool downIfAlone, string? role) : DowningStrategy
{
    protected override DowningDecision Decide(Partition partition)
    {
        var voters = partition.Voters(role).ToArray();
        if (voters.Length == 0) return DowningDecision.DownAll;
        var oldest = voters.Min(Member.AgeOrdering)!;
        var isHere = partition.IsReachable(oldest);
        var onItsSide = voters.Count(m => partition.IsReachable(m) == isHere);
        var isAlone = downIfAlone && onItsSide == 1 && voters.Length > 1;
        return isHere != isAlone ? DowningDecision.DownUnreachable : DowningDecision.DownReachable;
    }
}

/// <summary>Nobody lives: for who would rather have no cluster than two.</summary>
internal sealed class DownAll : DowningStrategy
{
    protected override DowningDecision Decide(Partition partition) => DowningDecision.DownAll;
}
