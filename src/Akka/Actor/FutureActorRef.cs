#nullable enable
using System.Globalization;

namespace Akka.Actor;

/// <summary>
/// Where the reply to an Ask goes. It gets a path, and an entry under /temp, only when somebody looks at its path, as remoting
/// does to write it down: a local question needs neither. It can watch, and be watched, like an actor.
/// </summary>
internal sealed class FutureActorRef<T>(ActorRefProvider provider) : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private ActorPath? _path;
    private List<InternalActorRef>? _watchers;
    private Timer? _timer;
    private TimeSpan _timeout;
    private CancellationTokenRegistration _cancellation;
    private bool _done;

    public Task<T> Task => _result.Task;

    public override ActorPath Path
    {
        get
        {
            lock (_gate)
            {
                if (_path is null)
                {
                    _path = provider.TempPath();
                    if (!_done)
                        provider.RegisterTempActor(this, _path);
                }

                return _path;
            }
        }
    }

    internal override ActorRefProvider Provider => provider;

    internal override InternalActorRef Parent => provider.TempContainer;

    internal override bool IsTerminated => Volatile.Read(ref _done);

    /// <summary>Starts the clock. Not the scheduler's: a test that holds that back still sees its questions time out.</summary>
    public void Arm(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout > TimeSpan.Zero && timeout.TotalMilliseconds < uint.MaxValue - 1)
        {
            _timeout = timeout;
            var timer = new Timer(static state => ((FutureActorRef<T>)state!).OnTimeout(), this, timeout, Timeout.InfiniteTimeSpan);
            Keep(ref _timer, timer);
        }

        if (cancellationToken.CanBeCanceled)
        {
            var registration = cancellationToken.UnsafeRegister(static state => ((FutureActorRef<T>)state!).OnCancelled(), this);
            lock (_gate)
            {
                if (!_done)
                {
                    _cancellation = registration;
                    return;
                }
            }

            registration.Dispose();
        }
    }

    internal override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case Watch watch when TryAddWatcher(watch.Watcher):
                break;
            case Watch watch:
                watch.Watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
                break;
            case Unwatch unwatch:
                lock (_gate)
                    _watchers?.Remove(unwatch.Watcher);
                break;
            case DeathWatchNotification death:
                Tell(new Terminated(death.Actor, death.ExistenceConfirmed, death.AddressTerminated), death.Actor);
                break;
            case Terminate:
                Stop();
                break;
        }
    }

    internal override void Stop()
    {
        if (TryFinish())
            _result.TrySetException(new ActorKilledException("The question was stopped."));
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (!TryFinish())
        {
            provider.System.DeadLetter(message, sender, this);
            return;
        }

        switch (message)
        {
            case Status.Failure failure when message is not T || typeof(T) == typeof(object):
                if (failure.Cause is null)
                    _result.TrySetException(new TaskCanceledException("The question was answered with a failure without a cause."));
                else
                    _result.TrySetException(failure.Cause);
                break;
            case T reply:
                _result.TrySetResult(reply);
                break;
            default:
                _result.TrySetException(new ArgumentException(
                    $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]"));
                break;
        }
    }

    private void OnTimeout()
    {
        if (!TryFinish())
            return;

        var text = string.Create(CultureInfo.InvariantCulture, $"Timeout after {_timeout.TotalSeconds:F2} seconds");
        _result.TrySetException(new AskTimeoutException(text));
    }

    private void OnCancelled()
    {
        if (TryFinish())
            _result.TrySetCanceled();
    }

    private void Keep(ref Timer? place, Timer timer)
    {
        lock (_gate)
        {
            if (!_done)
            {
                place = timer;
                return;
            }
        }

        timer.Dispose();
    }

    private bool TryAddWatcher(InternalActorRef watcher)
    {
        lock (_gate)
        {
            if (_done)
                return false;
            (_watchers ??= []).Add(watcher);
            return true;
        }
    }

    /// <summary>Whether this is the first outcome. Only that one counts; it also ends the clock and the entry under /temp.</summary>
    private bool TryFinish()
    {
        List<InternalActorRef>? watchers;
        lock (_gate)
        {
            if (_done)
                return false;
            _done = true;
            watchers = _watchers;
            _watchers = null;
            if (_path is not null)
                provider.UnregisterTempActor(_path);
        }

        _timer?.Dispose();
        _cancellation.Dispose();
        foreach (var watcher in watchers ?? [])
            watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
        return true;
    }
}
