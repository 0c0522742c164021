namespace Akka.Actor;

/// <summary>Lets the engine reach the context of an actor.</summary>
internal interface IInternalActor
{
    IActorContext ActorContext { get; }
}

/// <summary>
/// The base of every actor. One message at a time: nothing in an actor needs a lock as long as its fields are touched
/// only while it handles a message or one of the methods below runs.
/// </summary>
public abstract class ActorBase : IInternalActor
{
    private readonly ActorCell _cell;

    /// <exception cref="ActorInitializationException">Made by hand instead of from Props by ActorOf.</exception>
    protected ActorBase()
    {
        _cell = ActorCell.Constructing
            ?? throw new ActorInitializationException($"Actors are made by ActorOf from Props; '{GetType()}' was made with new.");
    }

    IActorContext IInternalActor.ActorContext => Cell;

    /// <summary>The context of the running actor.</summary>
    /// <exception cref="NotSupportedException">No actor is running here, as in a task that left its actor.</exception>
    protected static IActorContext Context => ActorCell.CurrentOrThrow();

    /// <summary>This actor's reference. It may be handed out and outlives the actor.</summary>
    protected IActorRef Self => _cell.Self;

    /// <summary>Who sent the message at hand; valid only while it is handled.</summary>
    protected IActorRef Sender => _cell.Sender;

    internal ActorCell Cell => _cell;

    /// <summary>The behaviour the actor starts with.</summary>
    /// <returns>Whether the message was handled.</returns>
    protected abstract bool Receive(object message);

    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        if (receive(message))
            return true;

        Unhandled(message);
        return false;
    }

    /// <summary>Called before the first message.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Called when the actor is gone from its name, after all its children.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>
    /// Called on the failed actor before it is replaced. Stops all children and calls <see cref="PostStop"/> unless overridden.
    /// </summary>
    /// <param name="reason">What failed.</param>
    /// <param name="message">The message that was handled then, or null.</param>
    protected virtual void PreRestart(Exception reason, object message)
    {
        _cell.UnwatchAndStopChildren();
        PostStop();
    }

    /// <summary>Called on the fresh actor after a restart, instead of <see cref="PreStart"/>; calls that unless overridden.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>How this actor deals with failing children. Asked once.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Called with what no behaviour took: published as <see cref="Event.UnhandledMessage"/>.</summary>
    /// <exception cref="DeathPactException">It was the <see cref="Terminated"/> of a watched actor.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);

        _cell.PublishUnhandled(message);
    }

    /// <summary>Replaces the behaviour.</summary>
    protected void Become(Receive receive) => _cell.Become(receive);

    /// <summary>Puts a behaviour over the current one.</summary>
    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    /// <summary>Goes back to the behaviour below.</summary>
    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    /// <summary>See <see cref="IActorContext.SetReceiveTimeout"/>.</summary>
    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);

    protected internal virtual void AroundPreStart() => PreStart();

    protected internal virtual void AroundPostStop() => PostStop();

    protected internal virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    protected internal virtual void AroundPostRestart(Exception cause, object message)
    {
        _ = message;
        PostRestart(cause);
    }

    internal virtual Receive InitialBehavior() => Receive;

    internal SupervisorStrategy MakeSupervisorStrategy() => SupervisorStrategy();
}

/// <summary>An actor with one method for all messages.</summary>
public abstract class UntypedActor : ActorBase
{
    /// <summary>The context of the running actor.</summary>
    protected static new IUntypedActorContext Context => ActorCell.CurrentOrThrow();

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    /// <summary>Handles a message; calls <see cref="ActorBase.Unhandled"/> with what it does not know.</summary>
    protected abstract void OnReceive(object message);

    /// <summary>Replaces the behaviour.</summary>
    protected void Become(UntypedReceive receive) => Cell.Become(receive);

    /// <summary>Puts a behaviour over the current one.</summary>
    protected void BecomeStacked(UntypedReceive receive) => Cell.BecomeStacked(receive);

    /// <summary>Runs synchronous work the way <see cref="RunTask(Func{Task})"/> does.</summary>
    protected void RunTask(Action action)
    {
        Cell.RunTask(() =>
        {
            action();
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// Runs asynchronous work on this actor's turn: no other message is handled until it is done, and its exception is the actor's
    /// failure.
    /// </summary>
    protected void RunTask(Func<Task> action) => Cell.RunTask(action);
}
