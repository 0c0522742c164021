#nullable enable
using System.Diagnostics;
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// Holds the mail of one cell and sees to it that the cell runs on one thread at a time and is never forgotten. One lock
/// guards the queues and the decision whether the cell must be scheduled, so both always agree: whoever adds the first mail
/// to a mailbox that is not scheduled schedules it, and a run ends only when it found nothing left to do under that lock.
/// </summary>
internal sealed class Mailbox : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly ActorCell _cell;
    private readonly MessageDispatcher _dispatcher;

    private EnvelopeQueue _queue;
    private SystemMessage? _systemHead;
    private SystemMessage? _systemTail;

    private int _suspended;
    private bool _scheduled;
    private bool _closed;

    /// <summary>A mailbox that holds the <see cref="Create"/> of its cell and waits for <see cref="Start"/>.</summary>
    public Mailbox(ActorCell cell, MessageDispatcher dispatcher)
    {
        _cell = cell;
        _dispatcher = dispatcher;
        _systemHead = _systemTail = new Create();
    }

    public MessageDispatcher Dispatcher => _dispatcher;

    /// <summary>Whether any thread may run it and be sure to go on at once.</summary>
    public bool NeverWaits => _cell.Actor is INeverWaits;

    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Lets the cell run for the first time.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_scheduled || _closed)
                return;
            _scheduled = true;
        }

        _dispatcher.Schedule(this);
    }

    /// <summary>Adds mail. False when the cell is gone: the caller then sends it to the dead letters.</summary>
    public bool Post(object message, IActorRef? sender)
    {
        bool wake;
        lock (_gate)
        {
            if (_closed)
                return false;

            _queue.Append(message, sender);
            wake = !_scheduled && _suspended == 0;
            _scheduled |= wake;
        }

        if (wake)
            _dispatcher.Schedule(this);
        return true;
    }

    /// <summary>Adds a system message. False when the cell is gone.</summary>
    public bool PostSystem(SystemMessage message)
    {
        bool wake;
        lock (_gate)
        {
            if (_closed)
                return false;

            if (_systemTail is null)
                _systemHead = message;
            else
                _systemTail.Next = message;
            _systemTail = message;
            wake = !_scheduled;
            _scheduled = true;
        }

        if (wake)
            _dispatcher.Schedule(this);
        return true;
    }

    /// <summary>No ordinary mail until as many resumes have come. On the cell's turn.</summary>
    public void Suspend()
    {
        lock (_gate)
            _suspended++;
    }

    /// <summary>Takes one suspension back. On the cell's turn, whose end looks at the mail again.</summary>
    public void Resume()
    {
        lock (_gate)
            _suspended = Math.Max(_suspended - 1, 0);
    }

    /// <summary>Puts unstashed mail before all other. On the cell's turn.</summary>
    public void Prepend(IReadOnlyList<Envelope> envelopes)
    {
        lock (_gate)
            _queue.Prepend(envelopes);
    }

    /// <summary>Refuses mail from now on and hands what is left to the dead letters. On the cell's turn.</summary>
    public void Close()
    {
        SystemMessage? left;
        lock (_gate)
        {
            _closed = true;
            left = _systemHead;
            _systemHead = _systemTail = null;
        }

        while (left is not null)
        {
            var next = left.Next;
            left.AnswerForTheDead();
            left = next;
        }

        while (TryTake(out var envelope))
            _cell.System.DeadLetter(envelope.Message, envelope.Sender, _cell.Self);
    }

    /// <summary>Runs the cell for up to one throughput of messages. True when it must be scheduled again.</summary>
    public bool Run()
    {
        var outer = ActorCell.Enter(_cell);
        try
        {
            RunSystemMessages();
            RunMail();
        }
        finally
        {
            ActorCell.Leave(outer);
        }

        lock (_gate)
        {
            _scheduled = _systemHead is not null || (!_closed && _suspended == 0 && !_queue.IsEmpty);
            return _scheduled;
        }
    }

    /// <summary>Has the dispatcher run the cell, which is scheduled: the thread that kept it does not. Its turn is closed.</summary>
    public void ScheduleElsewhere() => _dispatcher.Schedule(this);

    /// <summary>Runs the cell, for one turn, on a thread that is not one of its dispatcher's.</summary>
    public void Execute()
    {
        if (Run())
            _dispatcher.Schedule(this);
    }

    private void RunMail()
    {
        var deadline = _dispatcher.ThroughputDeadline == TimeSpan.Zero
            ? long.MaxValue
            : Stopwatch.GetTimestamp() + (long)(_dispatcher.ThroughputDeadline.TotalSeconds * Stopwatch.Frequency);

        for (var left = _dispatcher.Throughput; left > 0 && _suspended == 0 && !_closed; left--)
        {
            if (!TryTake(out var envelope))
                return;

            _cell.Invoke(envelope);
            if (Volatile.Read(ref _systemHead) is not null)
                RunSystemMessages();
            if (deadline != long.MaxValue && Stopwatch.GetTimestamp() >= deadline)
                return;
        }
    }

    private bool TryTake(out Envelope envelope)
    {
        if (_queue.TryTake(out envelope))
            return true;

        bool refilled;
        lock (_gate)
            refilled = _queue.TryRefill();
        return refilled && _queue.TryTake(out envelope);
    }

    private void RunSystemMessages()
    {
        while (TakeSystemMessages() is { } message)
        {
            for (SystemMessage? current = message, next; current is not null; current = next)
            {
                next = current.Next;
                current.Next = null;
                if (_closed)
                    current.AnswerForTheDead();
                else
                    _cell.InvokeSystem(current);
            }
        }
    }

    private SystemMessage? TakeSystemMessages()
    {
        lock (_gate)
        {
            var all = _systemHead;
            _systemHead = _systemTail = null;
            return all;
        }
    }
}
