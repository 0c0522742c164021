#nullable enable
namespace Akka.Actor;

/// <summary>The timers of one actor. Each start has a generation of its own; a firing of any other generation is old news.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, Timer> _timers = [];
    private long _generation;

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        Start(key, msg, interval, interval, cell.Self);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval, cell.Self);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null, cell.Self);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender) =>
        Start(key, msg, timeout, null, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Task.Cancel();
        _timers.Clear();
    }

    /// <summary>Whether a firing is of a timer that still runs; gives the message it is for.</summary>
    internal bool TryAccept(Fired fired, out object message)
    {
        message = fired.Message;
        if (!ReferenceEquals(fired.Owner, this) || !_timers.TryGetValue(fired.Key, out var timer) || timer.Generation != fired.Generation)
            return false;

        if (!timer.Repeats)
            _timers.Remove(fired.Key);
        return true;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval, IActorRef? sender)
    {
        Cancel(key);

        var generation = ++_generation;
        object fired = message is INotInfluenceReceiveTimeout
            ? new QuietlyFired(this, key, generation, message)
            : new Fired(this, key, generation, message);
        var scheduler = cell.SystemImpl.Scheduler;
        var task = interval is { } every
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, every, cell.Self, fired, sender)
            : scheduler.ScheduleTellOnceCancelable(delay, cell.Self, fired, sender);
        _timers[key] = new Timer(task, generation, interval is not null);
    }

    private readonly record struct Timer(ICancelable Task, long Generation, bool Repeats);

    /// <summary>What the scheduler sends; the cell puts the actor's message in its place.</summary>
    internal class Fired(TimerScheduler owner, object key, long generation, object message)
        : IAutoReceivedMessage, INoSerializationVerificationNeeded, Event.IDeadLetterSuppression
    {
        public TimerScheduler Owner { get; } = owner;

        public object Key { get; } = key;

        public long Generation { get; } = generation;

        public object Message { get; } = message;
    }

    /// <summary>A firing that is no activity, because its message is none.</summary>
    private sealed class QuietlyFired(TimerScheduler owner, object key, long generation, object message)
        : Fired(owner, key, generation, message), INotInfluenceReceiveTimeout;
}
