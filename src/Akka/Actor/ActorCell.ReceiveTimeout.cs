#nullable enable
namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private TimeSpan _lastActivity;
    private Cancelable? _receiveTimeoutTimer;

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        _receiveTimeoutTimer?.Cancel();
        _receiveTimeoutTimer = null;
        _receiveTimeout = timeout is { } set && set > TimeSpan.Zero ? timeout : null;
        if (_receiveTimeout is null)
            return;

        _lastActivity = SystemImpl.Scheduler.MonotonicClock;
        ScheduleReceiveTimeout(_receiveTimeout.Value);
    }

    /// <summary>Only notes the time: a timer per message would cost more than most messages do.</summary>
    private void RearmReceiveTimeout()
    {
        _lastActivity = SystemImpl.Scheduler.MonotonicClock;
        if (_receiveTimeoutTimer is null && _receiveTimeout is { } timeout)
            ScheduleReceiveTimeout(timeout);
    }

    private void ScheduleReceiveTimeout(TimeSpan delay)
    {
        var timer = new Cancelable(SystemImpl.Scheduler);
        _receiveTimeoutTimer = timer;
        SystemImpl.Scheduler.Advanced.ScheduleOnce(
            delay,
            () => SendSystemMessage(new ActorTask(() => OnReceiveTimeoutTimer(timer))),
            timer);
    }

    private void OnReceiveTimeoutTimer(Cancelable timer)
    {
        if (timer != _receiveTimeoutTimer || _receiveTimeout is not { } timeout || IsTerminated)
            return;

        _receiveTimeoutTimer = null;
        var left = _awaiting is not null ? timeout : timeout - (SystemImpl.Scheduler.MonotonicClock - _lastActivity);
        if (left > TimeSpan.Zero)
            ScheduleReceiveTimeout(left);
        else
            Self.Tell(Akka.Actor.ReceiveTimeout.Instance, Self);
    }
}
