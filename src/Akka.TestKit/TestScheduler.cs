using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A scheduler whose time stands still until a test moves it. What is due runs on the thread that advances the time, in the
/// order of its times. Chosen by <c>akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"</c>.
/// </summary>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly object _lock = new();
    private readonly PriorityQueue<Item, (DateTimeOffset Due, long Number)> _items = new();
    private readonly List<Item> _repeated = [];
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;
    private long _number;

    /// <param name="schedulerConfig">The section <c>akka.scheduler</c>; nothing of it matters here.</param>
    /// <param name="log">The log of the actor system; not used.</param>
    public TestScheduler(Config schedulerConfig, ILoggingAdapter log)
    {
        _start = _now = DateTimeOffset.UtcNow;
    }

    /// <inheritdoc/>
    public IAdvancedScheduler Advanced => this;

    /// <inheritdoc/>
    public DateTimeOffset Now
    {
        get { lock (_lock) return _now; }
    }

    /// <inheritdoc/>
    public TimeSpan MonotonicClock => Now - _start;

    /// <inheritdoc/>
    public TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <summary>Moves the time on and runs what becomes due. What repeats runs once, however many of its intervals it passes.</summary>
    public void Advance(TimeSpan offset) => AdvanceTo(Now + offset);

    /// <summary>Moves the time to a moment and runs what becomes due until then.</summary>
    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < Now)
            throw new InvalidOperationException("Time does not go back.");

        while (TakeDue(when) is { } item)
            item.Run();

        lock (_lock)
        {
            _now = when;
            foreach (var repeated in _repeated)
                Enqueue(repeated with { Due = when + repeated.Interval!.Value });
            _repeated.Clear();
        }
    }

    /// <inheritdoc/>
    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    /// <inheritdoc/>
    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    /// <inheritdoc/>
    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    public void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);

    /// <inheritdoc/>
    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => Add(delay, null, action, cancelable);

    /// <inheritdoc/>
    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        ScheduleRepeatedly(initialDelay, interval, action, null);

    /// <inheritdoc/>
    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable cancelable)
    {
        lock (_lock)
            Enqueue(new Item(action, interval, cancelable, _now + delay));
    }

    private void Enqueue(Item item) => _items.Enqueue(item, (item.Due, _number++));

    private Item TakeDue(DateTimeOffset until)
    {
        lock (_lock)
        {
            while (_items.TryPeek(out var item, out var at) && at.Due <= until)
            {
                _items.Dequeue();
                if (item.IsCanceled)
                    continue;

                _now = at.Due;
                if (item.Interval is not null)
                    _repeated.Add(item);
                return item;
            }

            return null;
        }
    }

    private sealed record Item(Action Run, TimeSpan? Interval, ICancelable Cancelable, DateTimeOffset Due)
    {
        public bool IsCanceled => Cancelable is { IsCancellationRequested: true };
    }
}
