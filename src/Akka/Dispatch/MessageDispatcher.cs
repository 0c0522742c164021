#nullable enable
using System.Collections.Concurrent;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>Gives mailboxes a thread to run on.</summary>
internal abstract class MessageDispatcher(string id, int throughput, TimeSpan throughputDeadline)
{
    /// <summary>The configuration path it was made from.</summary>
    public string Id { get; } = id;

    /// <summary>Messages one actor handles before others get the thread.</summary>
    public int Throughput { get; } = throughput;

    /// <summary>Time one actor may take for that; zero for no limit.</summary>
    public TimeSpan ThroughputDeadline { get; } = throughputDeadline;

    /// <summary>Has <see cref="Mailbox.Run"/> called, and called again for as long as that returns true.</summary>
    public abstract void Schedule(Mailbox mailbox);

    /// <summary>A mailbox that uses this dispatcher was closed for good.</summary>
    public virtual void Detach(Mailbox mailbox)
    {
    }

    /// <summary>Ends threads the dispatcher owns; called when the actor system is down.</summary>
    public virtual void Shutdown()
    {
    }
}

/// <summary>
/// Runs mailboxes on the thread pool of the runtime. One that wakes because of a message from the network may run on the thread that
/// read it, see <see cref="ReadingTurn"/>.
/// </summary>
internal sealed class ThreadPoolDispatcher(string id, int throughput, TimeSpan throughputDeadline)
    : MessageDispatcher(id, throughput, throughputDeadline)
{
    public override void Schedule(Mailbox mailbox)
    {
        if (!ReadingTurn.TryKeep(mailbox))
            ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: false);
    }
}

/// <summary>
/// Runs mailboxes on a fixed number of threads of its own, so that a busy thread pool cannot hold them up. A mailbox wakes one thread at
/// most; the thread pool wakes a second one whenever the first finds work.
/// </summary>
internal sealed class DedicatedThreadDispatcher : MessageDispatcher
{
    private readonly Lock _gate = new();
    private readonly Queue<Mailbox> _ready = new();
    private readonly Stack<ThreadSignal> _idle = new();
    private readonly bool _isExclusive;
    private bool _isShutDown;

    /// <param name="id">The configuration path it was made from.</param>
    /// <param name="throughput">Messages one actor handles before others get the thread.</param>
    /// <param name="throughputDeadline">Time one actor may take for that; zero for no limit.</param>
    /// <param name="threads">How many.</param>
    /// <param name="isExclusive">Whether its mailboxes run on its own threads only, not on one that has read their mail.</param>
    public DedicatedThreadDispatcher(string id, int throughput, TimeSpan throughputDeadline, int threads, bool isExclusive)
        : base(id, throughput, throughputDeadline)
    {
        _isExclusive = isExclusive;
        for (var i = 1; i <= threads; i++)
            new Thread(Work) { IsBackground = true, Name = $"{id}-{i}" }.Start();
    }

    public override void Schedule(Mailbox mailbox)
    {
        if (!_isExclusive && ReadingTurn.TryKeep(mailbox))
            return;

        ThreadSignal? idle;
        lock (_gate)
        {
            if (_isShutDown)
                return; // The system is down; nothing runs any more.
            _ready.Enqueue(mailbox);
            _idle.TryPop(out idle);
        }

        // Not under the lock, which a thread that wakes at once would only wait for.
        idle?.Set();
    }

    public override void Shutdown()
    {
        ThreadSignal[] idle;
        lock (_gate)
        {
            _isShutDown = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var signal in idle)
            signal.Set();
    }

    private void Work()
    {
        using var signal = ThreadSignal.Create();
        Mailbox? again = null;
        while (TryTake(signal, again, out var mailbox))
        {
            if (mailbox is null)
                signal.Wait();
            again = mailbox is not null && mailbox.Run() ? mailbox : null;
        }
    }

    /// <summary>Takes the mailbox whose turn it is; null when there is none and the thread must sleep. False at the end.</summary>
    /// <param name="signal">Wakes this thread.</param>
    /// <param name="again">The mailbox that this thread has just run, if it must run again: behind the others.</param>
    /// <param name="mailbox">What to run.</param>
    private bool TryTake(ThreadSignal signal, Mailbox? again, out Mailbox? mailbox)
    {
        lock (_gate)
        {
            if (again is not null)
                _ready.Enqueue(again);
            if (!_ready.TryDequeue(out mailbox) && !_isShutDown)
                _idle.Push(signal);
            return mailbox is not null || !_isShutDown;
        }
    }
}

/// <summary>Gives every actor a thread of its own. For actors that block.</summary>
internal sealed class PinnedDispatcher(string id, int throughput, TimeSpan throughputDeadline)
    : MessageDispatcher(id, throughput, throughputDeadline)
{
    private readonly ConcurrentDictionary<Mailbox, DedicatedThreadDispatcher> _threads = new();

    public override void Schedule(Mailbox mailbox)
    {
        var thread = _threads.GetOrAdd(
            mailbox,
            static (_, own) => new DedicatedThreadDispatcher(own.Id, own.Throughput, own.ThroughputDeadline, threads: 1, isExclusive: true),
            this);
        thread.Schedule(mailbox);
    }

    public override void Detach(Mailbox mailbox)
    {
        if (_threads.TryRemove(mailbox, out var thread))
            thread.Shutdown();
    }

    public override void Shutdown()
    {
        foreach (var thread in _threads.Values)
            thread.Shutdown();
    }
}
