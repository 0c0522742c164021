namespace Akka.Actor;

/// <summary>Marks messages that the engine handles on behalf of the actor.</summary>
public interface IAutoReceivedMessage;

/// <summary>Marks messages that a stranger should not be able to send: they end or disturb the receiver.</summary>
public interface IPossiblyHarmful;

/// <summary>Marks messages that do not count as activity for <see cref="IActorContext.SetReceiveTimeout"/>.</summary>
public interface INotInfluenceReceiveTimeout;

/// <summary>Marks messages that never leave the process, so that <c>akka.actor.serialize-messages</c> leaves them alone.</summary>
public interface INoSerializationVerificationNeeded;

/// <summary>A message around another one.</summary>
public interface IWrappedMessage
{
    object Message { get; }
}

/// <summary>Ordinary mail that makes the receiver stop once it is its turn.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IPossiblyHarmful
{
    private PoisonPill()
    {
    }

    public static PoisonPill Instance { get; } = new();

    public override string ToString() => "<PoisonPill>";
}

/// <summary>Makes the receiver throw <see cref="ActorKilledException"/>, so that its supervisor decides.</summary>
public sealed class Kill : IAutoReceivedMessage, IPossiblyHarmful
{
    private Kill()
    {
    }

    public static Kill Instance { get; } = new();

    public override string ToString() => "<Kill>";
}

/// <summary>Every actor answers this with an <see cref="ActorIdentity"/> that carries the same id.</summary>
public sealed class Identify(object messageId) : IAutoReceivedMessage, INotInfluenceReceiveTimeout
{
    public object MessageId { get; } = messageId;

    public override string ToString() => $"<Identify>: {MessageId}";
}

/// <summary>The answer to <see cref="Identify"/>.</summary>
public sealed class ActorIdentity(object messageId, IActorRef subject)
{
    public object MessageId { get; } = messageId;

    /// <summary>The actor, or null when there is none.</summary>
    public IActorRef Subject { get; } = subject;

    public override string ToString() => $"<ActorIdentity>: {MessageId} - {Subject}";
}

/// <summary>A watched actor is gone. Says nothing about what became of mail sent to it before.</summary>
public sealed class Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    : IAutoReceivedMessage, IPossiblyHarmful, INoSerializationVerificationNeeded
{
    public IActorRef ActorRef { get; } = actorRef;

    /// <summary>True when its whole system was given up rather than the actor seen to end.</summary>
    public bool AddressTerminated { get; } = addressTerminated;

    /// <summary>False when nobody ever saw the actor alive.</summary>
    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    public override string ToString() =>
        $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}, AddressTerminated={AddressTerminated}";
}

/// <summary>Nothing has come for as long as <see cref="IActorContext.SetReceiveTimeout"/> asked for.</summary>
public sealed class ReceiveTimeout : IPossiblyHarmful, INoSerializationVerificationNeeded
{
    private ReceiveTimeout()
    {
    }

    public static ReceiveTimeout Instance { get; } = new();

    public override string ToString() => "<ReceiveTimeout>";
}

/// <summary>The outcome of some work, as a message.</summary>
public abstract class Status
{
    private protected Status()
    {
    }

    /// <summary>It worked.</summary>
    public sealed class Success(object status) : Status
    {
        public static readonly Success Instance = new(null);

        public readonly object Status = status;

        public override string ToString() => $"Success: {Status}";
    }

    /// <summary>It failed. As the answer to an Ask it makes the task fail with <see cref="Cause"/>.</summary>
    public sealed class Failure : Status
    {
        public readonly Exception Cause;

        public readonly object State;

        public Failure(Exception cause)
            : this(cause, null)
        {
        }

        public Failure(Exception cause, object state)
        {
            Cause = cause;
            State = state;
        }

        public override string ToString() => $"Failure: {Cause} State={State}";
    }
}

/// <summary>A message with its sender, as a mailbox holds it.</summary>
public readonly struct Envelope
{
    public Envelope(object message, IActorRef sender)
    {
        Message = message;
        Sender = sender;
    }

    public object Message { get; }

    public IActorRef Sender { get; }

    public override string ToString() => $"<{Message}> from {(Sender is null ? "NoSender" : Sender)}";
}
