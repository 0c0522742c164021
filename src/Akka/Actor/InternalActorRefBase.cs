namespace Akka.Actor;

/// <summary>
/// What the engine knows of a reference and users do not see: its parent, its lifecycle commands, and the separate
/// channel of system messages, which comes before ordinary mail and is reliable even across the network.
/// </summary>
public abstract class InternalActorRefBase : ActorRefBase
{
    private protected InternalActorRefBase()
    {
    }

    internal abstract ActorRefProvider Provider { get; }

    /// <summary>The supervisor; Nobody for references that have none.</summary>
    internal virtual InternalActorRef Parent => Nobody.Instance;

    /// <summary>False for an actor in another process.</summary>
    internal virtual bool IsLocal => true;

    internal virtual bool IsTerminated => false;

    internal abstract void SendSystemMessage(SystemMessage message);

    internal virtual void Start()
    {
    }

    internal virtual void Stop() => SendSystemMessage(new Terminate());

    internal virtual void Suspend() => SendSystemMessage(new Suspend());

    internal virtual void Resume(Exception causedByFailure = null) => SendSystemMessage(new Resume(causedByFailure));

    internal virtual void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    /// <summary>
    /// Walks down by names: "" stays, ".." goes up, "name#uid" demands that very actor. Nobody when there is no such actor.
    /// </summary>
    internal virtual InternalActorRef GetChild(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (name.Length > 0)
                return Nobody.Instance;
        }

        return this;
    }
}

/// <summary>A reference without an actor behind it: lifecycle commands and system messages mean nothing to it.</summary>
public abstract class MinimalActorRef : InternalActorRefBase
{
    private protected MinimalActorRef()
    {
    }

    internal override void SendSystemMessage(SystemMessage message)
    {
    }

    internal override void Stop()
    {
    }

    internal override void Suspend()
    {
    }

    internal override void Resume(Exception causedByFailure = null)
    {
    }

    internal override void Restart(Exception cause)
    {
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
    }
}

/// <summary>The reference of no actor. It swallows what it is told and is already dead to whoever watches it.</summary>
public sealed class Nobody : MinimalActorRef
{
    public static readonly Nobody Instance = new();

    private Nobody()
    {
    }

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "Nobody";

    internal override ActorRefProvider Provider => throw new NotSupportedException("Nobody belongs to no actor system.");

    internal override bool IsTerminated => true;

    internal override void SendSystemMessage(SystemMessage message) => message.AnswerForTheDead();

    internal override InternalActorRef GetChild(IReadOnlyList<string> names) => this;
}
