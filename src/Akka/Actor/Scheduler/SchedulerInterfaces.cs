namespace Akka.Actor;

/// <summary>The time.</summary>
public interface ITimeProvider
{
    /// <summary>The wall clock.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Time since an unspecified start, which never goes back.</summary>
    TimeSpan MonotonicClock { get; }

    /// <inheritdoc cref="MonotonicClock"/>
    TimeSpan HighResMonotonicClock { get; }
}

/// <summary>The real time.</summary>
public interface IDateTimeOffsetNowTimeProvider : ITimeProvider;

/// <summary>Sends messages later.</summary>
public interface ITellScheduler
{
    /// <summary>Sends a message once.</summary>
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender);

    /// <inheritdoc cref="ScheduleTellOnce(TimeSpan, ICanTell, object, IActorRef)"/>
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable);

    /// <summary>Sends a message again and again.</summary>
    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender);

    /// <inheritdoc cref="ScheduleTellRepeatedly(TimeSpan, TimeSpan, ICanTell, object, IActorRef)"/>
    void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable);
}

/// <summary>Runs code later. It runs on the thread of the scheduler, so it must be short.</summary>
public interface IActionScheduler
{
    /// <summary>Runs an action once.</summary>
    void ScheduleOnce(TimeSpan delay, Action action);

    /// <inheritdoc cref="ScheduleOnce(TimeSpan, Action)"/>
    void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable);

    /// <summary>Runs an action again and again, until it throws.</summary>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action);

    /// <inheritdoc cref="ScheduleRepeatedly(TimeSpan, TimeSpan, Action)"/>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable);
}

/// <summary>A scheduler that also runs code.</summary>
public interface IAdvancedScheduler : IActionScheduler;

/// <summary>Sends messages later, and tells the time.</summary>
public interface IScheduler : ITellScheduler, ITimeProvider
{
    /// <summary>The part that runs code instead of sending messages.</summary>
    IAdvancedScheduler Advanced { get; }
}
