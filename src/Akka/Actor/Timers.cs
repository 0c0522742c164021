namespace Akka.Actor;

/// <summary>An actor that gets its timers from the engine.</summary>
public interface IWithTimers
{
    /// <summary>Set before <see cref="ActorBase.PreStart"/>, not yet in the constructor.</summary>
    ITimerScheduler Timers { get; set; }
}

/// <summary>
/// Timers of one actor, by key. A timer started under a key in use replaces the old one, and a timer that was cancelled or
/// replaced never delivers, even when its message was queued already. All end with the actor and with its restart.
/// </summary>
public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    /// <summary>Sends <paramref name="msg"/> again and again; the first time after one interval.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender);

    /// <summary>Sends <paramref name="msg"/> once; the key is free again when it is delivered.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}
