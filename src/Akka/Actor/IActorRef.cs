namespace Akka.Actor;

/// <summary>Something a message can be sent to.</summary>
public interface ICanTell
{
    /// <summary>Sends <paramref name="message"/>, at most once, and returns at once.</summary>
    /// <exception cref="InvalidMessageException">The message is null.</exception>
    void Tell(object message, IActorRef sender);
}

/// <summary>
/// The handle of one actor, wherever it runs. Two handles are equal when path and uid are:
/// an actor that was stopped and created again under its old name has another handle.
/// </summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}

/// <summary>Marks actor references that are not what they stand for, such as a test probe.</summary>
internal interface IActorRefWrapper
{
    /// <summary>The reference whose mailbox gets the mail.</summary>
    IActorRef Inner { get; }
}

/// <summary>The two references that mean no actor.</summary>
public static class ActorRefs
{
    /// <summary>A reference that swallows every message: "there is none" as an answer.</summary>
    public static readonly Nobody Nobody = Nobody.Instance;

    /// <summary>What a message's sender is when it was sent from outside actors. Replies to it become dead letters.</summary>
    public static readonly IActorRef NoSender;
}

/// <summary>Sending in the name of the actor that is running.</summary>
public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends with the running actor as the sender, or without one outside actors.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.GetCurrentSelfOrNoSender());

    /// <summary>Sends on with the sender of the message at hand, so that the reply passes this actor by.</summary>
    public static void Forward(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.GetCurrentSenderOrNoSender());
}

public static class ActorRefExtensions
{
    /// <summary>Whether the reference is null or <see cref="ActorRefs.Nobody"/>.</summary>
    public static bool IsNobody(this IActorRef actorRef) => actorRef is null or Nobody;

    /// <summary>The reference, or what <paramref name="elseValue"/> gives when it means nobody.</summary>
    public static IActorRef GetOrElse(this IActorRef actorRef, Func<IActorRef> elseValue) =>
        actorRef.IsNobody() ? elseValue() : actorRef;

    /// <summary>The engine's own side of a reference, with wrappers taken off.</summary>
    /// <exception cref="ArgumentException">The reference was not made by this engine.</exception>
    internal static InternalActorRefBase AsInternal(this IActorRef actorRef) => actorRef switch
    {
        InternalActorRefBase own => own,
        IActorRefWrapper wrapper => wrapper.Inner.AsInternal(),
        null => throw new ArgumentNullException(nameof(actorRef)),
        _ => throw new ArgumentException($"{actorRef.GetType()} is no reference of this engine.", nameof(actorRef)),
    };
}

/// <summary>What every reference shares: equality by path and uid, and the check against null messages.</summary>
public abstract class ActorRefBase : IActorRef
{
    private protected ActorRefBase()
    {
    }

    public abstract ActorPath Path { get; }

    public void Tell(object message, IActorRef sender)
    {
        if (message is null)
            throw new InvalidMessageException("A message must not be null.");

        TellInternal(message, sender);
    }

    protected abstract void TellInternal(object message, IActorRef sender);

    public bool Equals(IActorRef other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override bool Equals(object obj) => Equals(obj as IActorRef);

    public override int GetHashCode() => HashCode.Combine(Path.Uid, Path);

    public int CompareTo(IActorRef other)
    {
        if (other is null)
            return 1;

        var order = Path.CompareTo(other.Path);
        return order == 0 ? Path.Uid.CompareTo(other.Path.Uid) : order;
    }

    public int CompareTo(object obj) =>
        obj is null or IActorRef ? CompareTo((IActorRef)obj) : throw new ArgumentException("Not an actor reference.", nameof(obj));

    public override string ToString() => $"[{Path.ToStringWithUid()}]";
}
