using Akka.Actor;
using Akka.Event;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Actors;

/// <summary>
/// What the actors around the two halves of the core have in common: their rhythm, and the way out.
/// <para>
/// Rhythm: the first message after a quiet moment puts a flush behind the mail that is waiting already; when the flush comes to
/// its turn, everything that came with it goes out together. So batches grow with the load, and a lone request waits for nobody.
/// </para>
/// </summary>
public abstract class ReplicationShell : UntypedActor, IWithTimers
{
    private const string TickTimer = "tick";

    private static readonly TimeSpan TickSoonest = TimeSpan.FromMilliseconds(1);

    private readonly Part _part;
    private bool _flushing;
    private Instant? _tickAt;

    private protected ReplicationShell(ReplicaOptions options, Part part)
    {
        Options = options;
        _part = part;
        Peers = new PeerRefs(Context.System, options);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private protected ReplicaOptions Options { get; }

    private protected ReplicaId SelfId => Options.Replication.Self;

    private protected PeerRefs Peers { get; }

    private protected ILoggingAdapter Log { get; } = Context.GetLogger();

    /// <summary>
    /// Handles one message; an exception ends the process, because what is in memory can no longer be trusted (rule R13).
    /// </summary>
    private protected abstract void Handle(object message);

    /// <summary>The server must not go on.</summary>
    private protected virtual void Fail(Exception failure)
    {
        Options.OnFatal(failure);
        Context.Stop(Self);
    }

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        if (message is Flush)
            _flushing = false;
        else if (message is Tick)
            _tickAt = null;
        try
        {
            Handle(message);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private protected void AskForFlush()
    {
        if (_flushing)
            return;

        _flushing = true;
        Self.Tell(Flush.Instance, Self);
    }

    private protected void Send(List<Outgoing> outgoing)
    {
        PeerMessage? last = null;
        foreach (var (to, part, message) in outgoing)
        {
            // A broadcast is one object, encoded once.
            if (last is null || !ReferenceEquals(last.Message, message))
                last = new PeerMessage(SelfId, _part, message);
            Peers[to, part].Tell(last, Self);
        }
    }

    /// <summary>A tick that comes too early does no harm, so a timer that is running is only replaced by an earlier one.</summary>
    private protected void TickAt(Instant wake)
    {
        if (_tickAt is { } at && at <= wake)
            return;

        var wait = wake - Options.Clock.Now;
        _tickAt = wake;
        Timers.StartSingleTimer(TickTimer, Tick.Instance, wait > TickSoonest ? wait : TickSoonest);
    }

    private protected sealed record Flush
    {
        public static readonly Flush Instance = new();
    }

    private protected sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
