namespace Akka.Actor;

/// <summary>A behaviour: handles a message, or declines it by returning false.</summary>
public delegate bool Receive(object message);

/// <summary>A behaviour that takes every message.</summary>
public delegate void UntypedReceive(object message);

/// <summary>Something that can create actors below itself and look others up.</summary>
public interface IActorRefFactory
{
    /// <summary>Creates an actor; it starts by itself, and mail can be sent to it at once.</summary>
    /// <param name="props">How to make it.</param>
    /// <param name="name">Its name among its siblings; null to have one chosen.</param>
    /// <exception cref="InvalidActorNameException">The name is malformed or taken.</exception>
    IActorRef ActorOf(Props props, string name = null);

    ActorSelection ActorSelection(ActorPath actorPath);

    /// <param name="actorPath">Absolute, relative or with an address; wildcards are allowed.</param>
    ActorSelection ActorSelection(string actorPath);
}

/// <summary>Something that is told when actors end.</summary>
public interface ICanWatch
{
    /// <summary>Has <see cref="Terminated"/> sent when the subject ends. Ignored when it is watched already.</summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>Like <see cref="Watch"/>, with a message of one's own in place of <see cref="Terminated"/>.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Ends it; a notification that is queued but not handled yet is never delivered.</summary>
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>An actor's view of its place in the world. Only to be used on the actor's own turn.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    Props Props { get; }

    /// <summary>Who sent the message at hand; dead letters when nobody did.</summary>
    IActorRef Sender { get; }

    ActorSystem System { get; }

    IActorRef Parent { get; }

    /// <summary>See <see cref="SetReceiveTimeout"/>.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary>Replaces the behaviour.</summary>
    void Become(Receive receive);

    /// <summary>Puts a behaviour over the current one.</summary>
    void BecomeStacked(Receive receive);

    /// <summary>Goes back to the behaviour below.</summary>
    void UnbecomeStacked();

    /// <summary>The child of that name, or Nobody.</summary>
    IActorRef Child(string name);

    IEnumerable<IActorRef> GetChildren();

    /// <summary>Has <see cref="Akka.Actor.ReceiveTimeout"/> sent whenever no mail has come for that long; null ends it.</summary>
    void SetReceiveTimeout(TimeSpan? timeout);

    /// <summary>Stops an actor after the message it is handling.</summary>
    void Stop(IActorRef child);
}

/// <summary>What <see cref="UntypedActor"/> adds to the context.</summary>
public interface IUntypedActorContext : IActorContext
{
    void Become(UntypedReceive receive);

    void BecomeStacked(UntypedReceive receive);
}

public static class ActorRefFactoryExtensions
{
    /// <summary>Creates an actor of a type with a parameterless constructor.</summary>
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string name = null)
        where TActor : ActorBase, new() => factory.ActorOf(Props.Create<TActor>(), name);

    /// <summary>Selects relative to an actor.</summary>
    public static ActorSelection ActorSelection(this IActorRefFactory factory, IActorRef anchorRef, string actorPath)
    {
        _ = factory;
        return new ActorSelection(anchorRef, actorPath);
    }
}
