#nullable enable
using System.Collections.Concurrent;

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
            mailbox.Queue();
    }
}

/// <summary>Runs mailboxes on a fixed number of threads of its own, so that a busy thread pool cannot hold them up.</summary>
internal sealed class DedicatedThreadDispatcher : MessageDispatcher
{
    private readonly BlockingCollection<Mailbox> _ready = [];

    public DedicatedThreadDispatcher(string id, int throughput, TimeSpan throughputDeadline, int threads)
        : base(id, throughput, throughputDeadline)
    {
        for (var i = 1; i <= threads; i++)
            new Thread(Work) { IsBackground = true, Name = $"{id}-{i}" }.Start();
    }

    public override void Schedule(Mailbox mailbox)
    {
        try
        {
            _ready.Add(mailbox);
        }
        catch (InvalidOperationException)
        {
            // The system is down; nothing runs any more.
        }
    }

    public override void Shutdown() => _ready.CompleteAdding();

    private void Work()
    {
        foreach (var mailbox in _ready.GetConsumingEnumerable())
        {
            if (mailbox.Run())
                Schedule(mailbox);
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
            mailbox, static (_, own) => new DedicatedThreadDispatcher(own.Id, own.Throughput, own.ThroughputDeadline, 1), this);
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
