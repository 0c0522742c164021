using System.Diagnostics;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The scheduler of an actor system: one thread that sleeps until something is due, so that an idle system wakes up only as often as
/// its own timers ask. Due times are rounded up to ticks of <c>akka.scheduler.tick-duration</c>: timers that are due in the same tick fire
/// in one wake-up, in the order of their due times and, among equals, in the order in which they were scheduled.
/// </summary>
public class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private const int SweepAtLeast = 1024;

    private readonly object _gate = new();
    private readonly PriorityQueue<Entry, (long Tick, long Number)> _entries = new();
    private readonly TimeSpan _tick;
    private readonly TimeSpan _shutdownTimeout;
    private readonly long _start = Stopwatch.GetTimestamp();
    private Thread _thread;
    private long _scheduled;

    // The tick until which the thread sleeps; what is due before must wake it. The least number while it is awake.
    private long _wakeTick = long.MinValue;
    private int _sweepAt = SweepAtLeast;
    private bool _stopped;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        _tick = scheduler.GetTimeSpan("akka.scheduler.tick-duration", TimeSpan.FromMilliseconds(10));
        if (_tick <= TimeSpan.Zero)
            throw new ConfigurationException("akka.scheduler.tick-duration must be positive");
        _shutdownTimeout = scheduler.GetTimeSpan("akka.scheduler.shutdown-timeout", TimeSpan.FromSeconds(5));
    }

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_start);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => DateTimeOffset.Now;

    /// <summary>Stops it. What is still scheduled never runs.</summary>
    public void Dispose()
    {
        Thread thread;
        lock (_gate)
        {
            _stopped = true;
            _entries.Clear();
            thread = _thread;
            Monitor.Pulse(_gate);
        }

        // An action may be what stops the system: a thread cannot wait for itself.
        if (thread is not null && thread != Thread.CurrentThread)
            thread.Join(_shutdownTimeout);
        GC.SuppressFinalize(this);
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(new TellEntry(receiver, message, sender, cancelable, TimeSpan.Zero), delay);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(new TellEntry(receiver, message, sender, cancelable, interval), initialDelay);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(new ActionEntry(action, cancelable, TimeSpan.Zero), delay);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(new ActionEntry(action, cancelable, interval), initialDelay);

    private void Add(Entry entry, TimeSpan delay)
    {
        if (entry.IsCanceled)
            return;
        entry.Due = MonotonicClock + delay;
        lock (_gate)
        {
            if (_stopped)
                throw new SchedulerException("the scheduler has stopped, and nothing can be scheduled any more");
            Enqueue(entry);
            if (_thread is null)
                Start();
            else if (TickOf(entry.Due) < _wakeTick)
                Monitor.Pulse(_gate);
        }
    }

    private void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "akka-scheduler" };
        _thread.Start();
    }

    private void Enqueue(Entry entry)
    {
        if (_entries.Count >= _sweepAt)
            Sweep();
        _entries.Enqueue(entry, (TickOf(entry.Due), _scheduled++));
    }

    /// <summary>
    /// Drops what was called off. Timeouts are long and mostly called off, so they would pile up until they are due; done each time the
    /// queue has doubled, this costs little for each entry.
    /// </summary>
    private void Sweep()
    {
        var live = _entries.UnorderedItems.Where(item => !item.Element.IsCanceled).ToList();
        _entries.Clear();
        _entries.EnqueueRange(live);
        _sweepAt = Math.Max(SweepAtLeast, live.Count * 2);
    }

    private long TickOf(TimeSpan due) => (due.Ticks + _tick.Ticks - 1) / _tick.Ticks;

    private void Run()
    {
        var due = new List<Entry>();
        while (WaitForDue(due))
        {
            foreach (var entry in due)
                Fire(entry);
            due.Clear();
        }
    }

    /// <summary>Sleeps until something is due, and takes all that is. False when the scheduler has stopped.</summary>
    private bool WaitForDue(List<Entry> due)
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                var now = MonotonicClock;
                while (_entries.TryPeek(out var entry, out var place) && place.Tick * _tick.Ticks <= now.Ticks)
                {
                    _entries.Dequeue();
                    due.Add(entry);
                }

                if (due.Count > 0)
                    return true;
                Sleep(now);
            }

            return false;
        }
    }

    private void Sleep(TimeSpan now)
    {
        if (!_entries.TryPeek(out _, out var next))
        {
            _wakeTick = long.MaxValue;
            Monitor.Wait(_gate);
        }
        else
        {
            // The wait counts in whole milliseconds: rounding up keeps it from waking just before the tick and turning once more.
            var left = Math.Ceiling((new TimeSpan(next.Tick * _tick.Ticks) - now).TotalMilliseconds);
            _wakeTick = next.Tick;
            Monitor.Wait(_gate, (int)Math.Min(left, int.MaxValue));
        }

        _wakeTick = long.MinValue;
    }

    private void Fire(Entry entry)
    {
        if (entry.IsCanceled)
            return;
        try
        {
            entry.Run();
        }
        catch (Exception e)
        {
            Log.Error(e, "A scheduled action failed; it is not repeated");
            return;
        }

        if (entry.Interval == TimeSpan.Zero || entry.IsCanceled)
            return;

        // From the due time and not from now, so that a rhythm does not drift; but never to make up for missed beats.
        var now = MonotonicClock;
        entry.Due += entry.Interval;
        if (entry.Due < now)
            entry.Due = now + entry.Interval;
        lock (_gate)
        {
            if (!_stopped)
                Enqueue(entry);
        }
    }

    private abstract class Entry(ICancelable cancelable, TimeSpan interval)
    {
        /// <summary>On the scheduler's own clock.</summary>
        public TimeSpan Due { get; set; }

        /// <summary>Zero for what happens once.</summary>
        public TimeSpan Interval => interval;

        public bool IsCanceled => cancelable is { IsCancellationRequested: true };

        public abstract void Run();
    }

    private sealed class TellEntry(ICanTell receiver, object message, IActorRef sender, ICancelable cancelable, TimeSpan interval)
        : Entry(cancelable, interval)
    {
        public override void Run() => receiver.Tell(message, sender);
    }

    private sealed class ActionEntry(Action action, ICancelable cancelable, TimeSpan interval) : Entry(cancelable, interval)
    {
        public override void Run() => action();
    }
}
