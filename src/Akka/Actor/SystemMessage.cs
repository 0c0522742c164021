#nullable enable
namespace Akka.Actor;

/// <summary>
/// What the engine says to a cell about its life. System messages have their own queue, come before ordinary mail and are
/// handled even while a cell is suspended. Each instance is sent once: it carries the link of the queue it waits in.
/// </summary>
internal abstract class SystemMessage
{
    /// <summary>The next in the queue of the receiving mailbox; touched only by that mailbox.</summary>
    internal SystemMessage? Next;

    /// <summary>Says what a dead actor would say: one who watches it learns that it is dead. Everything else is lost on it.</summary>
    internal virtual void AnswerForTheDead()
    {
    }
}

/// <summary>First message of a cell: make the actor.</summary>
internal sealed class Create : SystemMessage;

/// <summary>From a new child to its parent: I am yours to supervise.</summary>
internal sealed class Supervise(IActorRef child) : SystemMessage
{
    public IActorRef Child { get; } = child;
}

/// <summary>To the watched actor: tell <see cref="Watcher"/> when you are gone.</summary>
internal sealed class Watch(InternalActorRef watchee, InternalActorRef watcher) : SystemMessage
{
    public InternalActorRef Watchee { get; } = watchee;

    public InternalActorRef Watcher { get; } = watcher;

    internal override void AnswerForTheDead() =>
        Watcher.SendSystemMessage(new DeathWatchNotification(Watchee, existenceConfirmed: false, addressTerminated: false));
}

/// <summary>To the watched actor: forget that <see cref="Watcher"/> asked.</summary>
internal sealed class Unwatch(InternalActorRef watchee, InternalActorRef watcher) : SystemMessage
{
    public InternalActorRef Watchee { get; } = watchee;

    public InternalActorRef Watcher { get; } = watcher;
}

/// <summary>To a watcher or parent: <see cref="Actor"/> is gone.</summary>
internal sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated) : SystemMessage
{
    public IActorRef Actor { get; } = actor;

    /// <summary>False when nobody ever saw the actor alive.</summary>
    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    /// <summary>True when not the actor was seen to end but its whole system given up.</summary>
    public bool AddressTerminated { get; } = addressTerminated;
}

/// <summary>Stop after the message at hand.</summary>
internal sealed class Terminate : SystemMessage;

/// <summary>Handle no ordinary mail until as many resumes have come.</summary>
internal sealed class Suspend : SystemMessage;

/// <summary>The supervisor lets the actor go on. With a cause, it answers that failure.</summary>
internal sealed class Resume(Exception? causedByFailure) : SystemMessage
{
    public Exception? CausedByFailure { get; } = causedByFailure;
}

/// <summary>The supervisor wants a fresh actor in the same cell.</summary>
internal sealed class Recreate(Exception cause) : SystemMessage
{
    public Exception Cause { get; } = cause;
}

/// <summary>From a child to its supervisor: I failed and wait for your decision.</summary>
internal sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage
{
    public IActorRef Child { get; } = child;

    public Exception Cause { get; } = cause;

    /// <summary>Which of the actors of that name failed.</summary>
    public long Uid { get; } = uid;
}

/// <summary>Carries nothing; keeps a numbered channel of system messages moving.</summary>
internal sealed class NoMessage : SystemMessage;

/// <summary>A continuation of asynchronous work that must run inside the actor.</summary>
internal sealed class ActorTask(Action run) : SystemMessage
{
    public Action Run { get; } = run;

    /// <summary>An await that comes back after the actor is gone goes on outside, so that its finally blocks run.</summary>
    internal override void AnswerForTheDead() => ThreadPool.UnsafeQueueUserWorkItem(static run => run(), Run, preferLocal: false);
}
