using Akka.Event;

namespace Akka.Actor;

/// <summary>What a supervisor does about a failed child.</summary>
public enum Directive
{
    /// <summary>Let it go on with the next message and the state it has.</summary>
    Resume,

    /// <summary>Put a fresh actor in its place.</summary>
    Restart,

    /// <summary>Fail oneself with the same cause.</summary>
    Escalate,

    /// <summary>Stop it for good.</summary>
    Stop,
}

/// <summary>Decides by the exception.</summary>
public interface IDecider
{
    Directive Decide(Exception cause);
}

/// <summary>A decider that is a function.</summary>
public class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    public Directive Decide(Exception cause) => decider(cause);
}

public static class Decider
{
    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) => new(localOnlyDecider);
}

/// <summary>How an actor deals with failing children.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Stops a child that could not start, was killed or died of a death pact; restarts it after anything else.</summary>
    public static readonly IDecider DefaultDecider = Actor.Decider.From(static cause => cause switch
    {
        ActorInitializationException or ActorKilledException or DeathPactException => Directive.Stop,
        _ => Directive.Restart,
    });

    /// <summary>One for one by <see cref="DefaultDecider"/>, without limits.</summary>
    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    /// <summary>Stops every child that fails.</summary>
    public static readonly OneForOneStrategy StoppingStrategy = new(static _ => Directive.Stop);

    private protected SupervisorStrategy()
    {
    }

    public abstract IDecider Decider { get; }

    /// <summary>Whether failures are logged.</summary>
    protected bool LoggingEnabled { get; set; } = true;

    /// <summary>Decides about a child that failed, and carries the decision out. False to escalate.</summary>
    internal bool HandleFailure(ActorCell supervisor, LocalActorRef child, Exception cause, ChildStats stats, ChildStats[] all)
    {
        var directive = Handle(child, cause);
        if (LoggingEnabled)
            LogFailure(supervisor, child, cause, directive);

        switch (directive)
        {
            case Directive.Resume:
                child.Resume(cause);
                return true;
            case Directive.Restart:
                Restart(supervisor, child, cause, stats, all);
                return true;
            case Directive.Stop:
                StopAffected(supervisor, child, all);
                return true;
            default:
                return false;
        }
    }

    /// <summary>What to do about this failure.</summary>
    protected abstract Directive Handle(IActorRef child, Exception exception);

    /// <summary>
    /// Logs a failure: a warning when the child goes on, an error when it is restarted or stopped; the one who is escalated to logs
    /// it.
    /// </summary>
    protected virtual void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        var source = child.Path.ToString();
        var message = cause is ActorInitializationException { InnerException: { } inner } ? inner.Message : cause.Message;
        switch (directive)
        {
            case Directive.Resume:
                context.System.EventStream.Publish(new Warning(source, GetType(), message));
                break;
            case Directive.Restart or Directive.Stop:
                context.System.EventStream.Publish(new Error(cause, source, GetType(), message));
                break;
        }
    }

    private protected abstract void Restart(
        ActorCell supervisor, LocalActorRef child, Exception cause, ChildStats stats, ChildStats[] all);

    private protected abstract void StopAffected(ActorCell supervisor, LocalActorRef child, ChildStats[] all);

    private protected static int Milliseconds(TimeSpan? time) =>
        time is { } span && span != Timeout.InfiniteTimeSpan ? (int)Math.Min(span.TotalMilliseconds, int.MaxValue) : -1;
}

/// <summary>A failure concerns only the child that failed.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    public OneForOneStrategy()
        : this(DefaultDecider)
    {
    }

    public OneForOneStrategy(IDecider decider)
        : this(-1, -1, decider)
    {
    }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(-1, -1, localOnlyDecider, loggingEnabled)
    {
    }

    /// <param name="maxNrOfRetries">Restarts allowed within the time range; null or -1 for no limit. One more stops the child.</param>
    /// <param name="withinTimeRange">The time range; null for ever.</param>
    /// <param name="decider">Decides by the exception.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), decider)
    {
    }

    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), localOnlyDecider)
    {
    }

    public OneForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    public override IDecider Decider { get; }

    public int MaxNumberOfRetries { get; }

    public int WithinTimeRangeMilliseconds { get; }

    protected override Directive Handle(IActorRef child, Exception exception) => Decider.Decide(exception);

    private protected override void Restart(
        ActorCell supervisor, LocalActorRef child, Exception cause, ChildStats stats, ChildStats[] all)
    {
        if (stats.RequestRestart(MaxNumberOfRetries, WithinTimeRangeMilliseconds))
            child.Restart(cause);
        else
            supervisor.Stop(child);
    }

    private protected override void StopAffected(ActorCell supervisor, LocalActorRef child, ChildStats[] all) => supervisor.Stop(child);
}

/// <summary>A failure concerns all children: they restart or stop together.</summary>
public class AllForOneStrategy : SupervisorStrategy
{
    public AllForOneStrategy()
        : this(DefaultDecider)
    {
    }

    public AllForOneStrategy(IDecider decider)
        : this(-1, -1, decider)
    {
    }

    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    /// <param name="maxNrOfRetries">Restarts allowed within the time range; null or -1 for no limit. One more stops the children.</param>
    /// <param name="withinTimeRange">The time range; null for ever.</param>
    /// <param name="decider">Decides by the exception.</param>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), decider)
    {
    }

    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), localOnlyDecider)
    {
    }

    public AllForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    public override IDecider Decider { get; }

    public int MaxNumberOfRetries { get; }

    public int WithinTimeRangeMilliseconds { get; }

    protected override Directive Handle(IActorRef child, Exception exception) => Decider.Decide(exception);

    private protected override void Restart(
        ActorCell supervisor, LocalActorRef child, Exception cause, ChildStats stats, ChildStats[] all)
    {
        // Every child uses up a restart, also after the first that may not: the counts stay alike.
        var allowed = true;
        foreach (var one in all)
            allowed &= one.RequestRestart(MaxNumberOfRetries, WithinTimeRangeMilliseconds);

        if (!allowed)
        {
            StopAffected(supervisor, child, all);
            return;
        }

        foreach (var one in all)
        {
            if (!one.Child.Equals(child))
                one.Child.Suspend(); // The failed one stands still already.
            one.Child.Restart(cause);
        }
    }

    private protected override void StopAffected(ActorCell supervisor, LocalActorRef child, ChildStats[] all)
    {
        foreach (var one in all)
            supervisor.Stop(one.Child);
    }
}

/// <summary>Makes the strategy of the /user guardian; named by <c>akka.actor.guardian-supervisor-strategy</c>.</summary>
public abstract class SupervisorStrategyConfigurator
{
    public abstract SupervisorStrategy Create();
}

public sealed class DefaultSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.DefaultStrategy;
}

public sealed class StoppingSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.StoppingStrategy;
}
