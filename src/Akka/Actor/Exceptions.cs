namespace Akka.Actor;

/// <summary>An actor could not be made, or threw while it started. Its supervisor stops it unless told otherwise.</summary>
public class ActorInitializationException : AkkaException
{
    public ActorInitializationException()
    {
    }

    public ActorInitializationException(string message)
        : base(message)
    {
    }

    public ActorInitializationException(string message, Exception cause)
        : base(message, cause)
    {
    }

    public ActorInitializationException(IActorRef actor, string message, Exception cause = null)
        : base(message, cause) => Actor = actor;

    /// <summary>The actor that failed to start, when known.</summary>
    public IActorRef Actor { get; set; }

    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}

/// <summary>PreRestart threw.</summary>
public class PreRestartException : ActorInitializationException
{
    public PreRestartException(IActorRef actor, Exception restartException, Exception cause, object optionalMessage)
        : base(
            actor,
            $"PreRestart threw {restartException.GetType().Name}; the restart was caused by {cause?.GetType().Name}.",
            restartException)
    {
        RestartException = restartException;
        OptionalMessage = optionalMessage;
    }

    /// <summary>What PreRestart threw.</summary>
    public Exception RestartException { get; }

    /// <summary>The message whose handler failed, or null.</summary>
    public object OptionalMessage { get; }
}

/// <summary>The fresh actor of a restart threw in its constructor or in PostRestart.</summary>
public class PostRestartException : ActorInitializationException
{
    public PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
        : base(actor, $"The restart failed with {cause.GetType().Name}; it was caused by {originalCause?.GetType().Name}.", cause) =>
        OriginalCause = originalCause;

    /// <summary>What the restart was to repair.</summary>
    public Exception OriginalCause { get; }
}

/// <summary>The actor got a <see cref="Kill"/>.</summary>
public class ActorKilledException : AkkaException
{
    public ActorKilledException()
    {
    }

    public ActorKilledException(string message)
        : base(message)
    {
    }
}

/// <summary>A watched actor ended and the watcher did not handle its <see cref="Terminated"/>.</summary>
public class DeathPactException : AkkaException
{
    public DeathPactException(IActorRef deadActor)
        : base($"Watched actor {deadActor} terminated and its Terminated message was not handled.") => DeadActor = deadActor;

    public IActorRef DeadActor { get; }
}

/// <summary>No actor answered for a selection.</summary>
public class ActorNotFoundException : AkkaException
{
    public ActorNotFoundException()
    {
    }

    public ActorNotFoundException(string message, Exception innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The name of a new actor is malformed or taken.</summary>
public class InvalidActorNameException : AkkaException
{
    public InvalidActorNameException(string message)
        : base(message)
    {
    }

    public InvalidActorNameException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The message cannot be sent: it is null.</summary>
public class InvalidMessageException : AkkaException
{
    public InvalidMessageException()
        : this("A message must not be null.")
    {
    }

    public InvalidMessageException(string message)
        : base(message)
    {
    }
}

/// <summary>An actor did what its state forbids, such as stashing one message twice.</summary>
public class IllegalActorStateException : AkkaException
{
    public IllegalActorStateException(string message)
        : base(message)
    {
    }
}

/// <summary>The stash is full.</summary>
public class StashOverflowException : AkkaException
{
    public StashOverflowException(string message, Exception cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>Nobody answered an Ask in time.</summary>
public class AskTimeoutException : AkkaException
{
    public AskTimeoutException(string message)
        : base(message)
    {
    }
}
