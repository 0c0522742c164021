#nullable enable
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The place of an actor: it owns the mailbox, the children and the watches, survives restarts, and runs the actor. The actor
/// object inside is replaced on restart. This part holds the context and the way of one message; the others hold children,
/// death watch, faults and asynchronous handlers. Everything here happens on the cell's own turn, except where it says otherwise.
/// </summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    [ThreadStatic]
    private static ActorCell? _current;

    private ActorBase? _actor;
    private Receive? _behavior;
    private Stack<Receive?>? _lowerBehaviors;
    private object? _message;
    private IActorRef? _sender;
    private bool _constructing;

    public ActorCell(ActorSystemImpl system, LocalActorRef self, Props props, MessageDispatcher dispatcher, InternalActorRef parent)
    {
        SystemImpl = system;
        Self = self;
        Props = props;
        Parent = parent;
        Mailbox = new Mailbox(this, dispatcher);
    }

    public ActorSystemImpl SystemImpl { get; }

    public ActorSystemImpl System => SystemImpl;

    public LocalActorRef Self { get; }

    public Props Props { get; }

    public InternalActorRef Parent { get; }

    public Mailbox Mailbox { get; }

    /// <summary>The actor, or null before it is made and after it is gone.</summary>
    public ActorBase? Actor => _actor;

    /// <summary>Whether the actor is gone and its mailbox closed. From any thread.</summary>
    public bool IsTerminated => Mailbox.IsClosed;

    /// <summary>Who sent the message at hand; dead letters when nobody did.</summary>
    public IActorRef Sender => _sender ?? SystemImpl.DeadLetters;

    /// <summary>Counts the messages taken from the mailbox: tells two of them apart that carry the same object.</summary>
    public long EnvelopeNumber { get; private set; }

    /// <summary>The message at hand, or null between messages.</summary>
    public object? CurrentMessage => _message;

    internal static ActorCell? Current => _current;

    /// <summary>The cell whose actor's constructor is running, or null.</summary>
    internal static ActorCell? Constructing => _current is { _constructing: true } cell ? cell : null;

    IActorRef IActorContext.Self => Self;

    IActorRef IActorContext.Parent => Parent;

    ActorSystem IActorContext.System => SystemImpl;

    public static IActorRef? GetCurrentSelfOrNoSender() => _current?.Self;

    public static IActorRef? GetCurrentSenderOrNoSender() => _current?._sender;

    public static ActorCell CurrentOrThrow() => _current ?? throw new NotSupportedException(
        "There is no running actor here. A task that an actor started has no context: take Self and Sender along in variables.");

    /// <summary>Makes this the cell that runs on the current thread; gives what ran before, for <see cref="Leave"/>.</summary>
    internal static ActorCell? Enter(ActorCell cell)
    {
        var outer = _current;
        _current = cell;
        return outer;
    }

    internal static void Leave(ActorCell? outer) => _current = outer;

    /// <summary>Adds mail. From any thread.</summary>
    public void SendMessage(object message, IActorRef? sender)
    {
        if (SystemImpl.Settings.SerializeAllMessages)
            message = SystemImpl.RoundTrip(message);
        if (!Mailbox.Post(message, sender))
            SystemImpl.DeadLetter(message, sender, Self);
    }

    /// <summary>Adds a system message. From any thread.</summary>
    public void SendSystemMessage(SystemMessage message)
    {
        if (!Mailbox.PostSystem(message))
            message.AnswerForTheDead();
    }

    /// <summary>Handles one message: the mailbox calls this, one at a time.</summary>
    internal void Invoke(in Envelope envelope)
    {
        _message = envelope.Message;
        _sender = envelope.Sender;
        EnvelopeNumber++;
        try
        {
            if (_message is IAutoReceivedMessage special)
                AutoReceive(special);
            else
                _actor!.AroundReceive(_behavior!, _message);

            if (_awaiting is null)
                ClearMessage();
        }
        catch (Exception e)
        {
            // The message stays at hand until the supervisor has decided: PreRestart is told about it.
            HandleFailureOf(e);
        }

        if (_receiveTimeout is not null && envelope.Message is not INotInfluenceReceiveTimeout)
            RearmReceiveTimeout();
    }

    public void Become(Receive receive)
    {
        if (_lowerBehaviors is { Count: > 0 })
            _lowerBehaviors.Clear();
        _behavior = receive;
    }

    public void Become(UntypedReceive receive) => Become(Untyped(receive));

    public void BecomeStacked(Receive receive)
    {
        (_lowerBehaviors ??= new Stack<Receive?>()).Push(_behavior);
        _behavior = receive;
    }

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Untyped(receive));

    public void UnbecomeStacked() =>
        _behavior = (_lowerBehaviors is { Count: > 0 } lower ? lower.Pop() : null) ?? _actor?.InitialBehavior();

    public ActorSelection ActorSelection(string actorPath) => SystemImpl.Select(actorPath, Self);

    public ActorSelection ActorSelection(ActorPath actorPath) => SystemImpl.ActorSelection(actorPath);

    internal void PublishUnhandled(object message) =>
        SystemImpl.EventStream.Publish(new UnhandledMessage(message, Sender, Self));

    /// <summary>Puts mail before all other. Used by the stash.</summary>
    internal void PrependMail(IReadOnlyList<Envelope> envelopes)
    {
        foreach (var envelope in envelopes)
        {
            if (envelope.Message is Terminated terminated)
                ExpectAgain(terminated);
        }

        Mailbox.Prepend(envelopes);
    }

    internal void Publish(LogEvent logEvent) => SystemImpl.EventStream.Publish(logEvent);

    /// <summary>A fresh actor object from the Props, ready for its first message.</summary>
    private ActorBase NewActor()
    {
        _behavior = null;
        _lowerBehaviors = null;
        _constructing = true;
        ActorBase actor;
        try
        {
            actor = Props.NewActor();
        }
        finally
        {
            _constructing = false;
        }

        if (!ReferenceEquals(actor?.Cell, this))
            throw new ActorInitializationException(Self, "Props must make a new actor each time.");

        // A constructor may have called Become already.
        var initial = actor.InitialBehavior();
        _behavior ??= initial;
        (actor as ReceiveActor)?.EndDeclaration();
        if (actor is IWithTimers timed)
            timed.Timers = new TimerScheduler(this);
        if (actor is IActorStash stashing)
            stashing.Stash = new StashOfCell(this, stashing is IWithUnboundedStash ? -1 : Props.StashCapacity);
        return actor;
    }

    private void AutoReceive(IAutoReceivedMessage message)
    {
        switch (message)
        {
            case TimerScheduler.Fired fired:
                DeliverTimer(fired);
                break;
            case Terminated terminated:
                DeliverTerminated(terminated);
                break;
            case PoisonPill:
                Self.Stop();
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, Self), Self);
                break;
            case ActorSelectionMessage selection:
                Akka.Actor.ActorSelection.Deliver(Self, selection, Sender);
                break;
            default:
                _actor!.AroundReceive(_behavior!, message);
                break;
        }
    }

    /// <summary>Hands the actor a message other than the one that came in the envelope.</summary>
    private void Receive(object message)
    {
        _message = message;
        _actor!.AroundReceive(_behavior!, message);
    }

    private void DeliverTimer(TimerScheduler.Fired fired)
    {
        if (_actor is IWithTimers { Timers: TimerScheduler timers } && timers.TryAccept(fired, out var message))
            Receive(message);
    }

    private void ClearMessage()
    {
        _message = null;
        _sender = null;
    }

    private static Receive Untyped(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };
}
