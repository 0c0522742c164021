using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>What a manager is to the singleton at the moment.</summary>
public enum ClusterSingletonState
{
    /// <summary>Has not seen the cluster yet.</summary>
    Start,

    /// <summary>Is, or is allowed to be, where the singleton runs.</summary>
    Oldest,

    /// <summary>An older member runs it.</summary>
    Younger,

    /// <summary>Is next, and asks those before it to hand over.</summary>
    BecomingOldest,

    /// <summary>Runs it still, but leaves and waits for the next to ask for it.</summary>
    WasOldest,

    /// <summary>Is ending the singleton so that another member can start it.</summary>
    HandingOver,

    /// <summary>Is ending the singleton, and nobody takes over.</summary>
    Stopping,

    /// <summary>Has nothing more to do with it.</summary>
    End,
}

/// <summary>What belongs to a <see cref="ClusterSingletonState"/>.</summary>
public interface IClusterSingletonData;

/// <summary>What managers say to each other.</summary>
public interface IClusterSingletonMessage;

internal static class SingletonData
{
    internal sealed record None : IClusterSingletonData
    {
        public static readonly None Instance = new();
    }

    /// <summary>The singleton, until it has ended.</summary>
    internal sealed record Running(IActorRef Singleton) : IClusterSingletonData;

    /// <summary>The singleton, which was told to end, and the manager that waits for it.</summary>
    internal sealed record Handing(IActorRef Singleton, IActorRef To) : IClusterSingletonData;
}

internal static class SingletonMessage
{
    /// <summary>From the next to those before it: end the singleton and tell me when it has.</summary>
    internal sealed record HandOverToMe : IClusterSingletonMessage, IDeadLetterSuppression;

    /// <summary>It is ending.</summary>
    internal sealed record HandOverInProgress : IClusterSingletonMessage;

    /// <summary>It does not run here, and never will again before you are gone.</summary>
    internal sealed record HandOverDone : IClusterSingletonMessage;

    /// <summary>From one that leaves to the next: ask me.</summary>
    internal sealed record TakeOverFromMe : IClusterSingletonMessage, IDeadLetterSuppression;
}

/// <summary>Where the older members with the role stand, as far as one manager knows. Pure.</summary>
/// <param name="Self">The manager's own node.</param>
/// <param name="Members">Everybody with the role who was Up once and has not been removed, or not for long enough.</param>
/// <param name="Exiting">Those who leave.</param>
/// <param name="Removed">Those who were removed, but not for as long as the removal margin.</param>
internal sealed record Seniority(
    UniqueAddress Self,
    ImmutableSortedSet<Member> Members,
    ImmutableHashSet<UniqueAddress> Exiting,
    ImmutableHashSet<UniqueAddress> Removed)
{
    public static Seniority Of(UniqueAddress self) =>
        new(self, ImmutableSortedSet.Create(Member.AgeOrdering), [], []);

    public bool IsExiting => Exiting.Contains(Self);

    /// <summary>Who was Up before this node and may still run the singleton. All of them when this node is not Up.</summary>
    public IEnumerable<Member> Older => Members.TakeWhile(m => !m.UniqueAddress.Equals(Self));

    public bool IsMember => Members.Any(m => m.UniqueAddress.Equals(Self));

    /// <summary>Whether nobody older remains, or only such as leave or have been removed.</summary>
    public bool IsNext => IsMember && Older.All(m => Exiting.Contains(m.UniqueAddress) || Removed.Contains(m.UniqueAddress));

    /// <summary>Who comes after this node when it leaves; null when there is nobody.</summary>
    public Member Successor => Members.FirstOrDefault(m =>
        !m.UniqueAddress.Equals(Self) && !Exiting.Contains(m.UniqueAddress) && !Removed.Contains(m.UniqueAddress));

    public Seniority Add(Member member) => this with { Members = Members.Remove(member).Add(member) };

    public Seniority Exits(UniqueAddress node) => this with { Exiting = Exiting.Add(node) };

    public Seniority IsRemoved(UniqueAddress node) => this with { Removed = Removed.Add(node) };

    /// <summary>The node certainly does not run the singleton any more.</summary>
    public Seniority Forget(UniqueAddress node) => this with
    {
        Members = Members.Except(Members.Where(m => m.UniqueAddress.Equals(node))),
        Exiting = Exiting.Remove(node),
        Removed = Removed.Remove(node),
    };
}
