#nullable enable
using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Available while the last heartbeat is younger than the heartbeat interval plus the acceptable pause.</summary>
internal sealed class DeadlineFailureDetector : FailureDetector
{
    private const long Never = long.MinValue;

    private readonly long _deadlineMillis;
    private readonly Clock _clock;
    private long _lastHeartbeat = Never;

    /// <param name="acceptableHeartbeatPause">How long beyond one interval heartbeats may be missing; positive.</param>
    /// <param name="heartbeatInterval">How often heartbeats are expected; positive.</param>
    /// <param name="clock">Milliseconds; the machine's monotonic clock by default.</param>
    /// <exception cref="ArgumentException">A duration is not positive.</exception>
    internal DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, TimeSpan heartbeatInterval, Clock? clock = null)
    {
        if (acceptableHeartbeatPause <= TimeSpan.Zero)
            throw new ArgumentException("failure-detector.acceptable-heartbeat-pause must be > 0", nameof(acceptableHeartbeatPause));
        if (heartbeatInterval <= TimeSpan.Zero)
            throw new ArgumentException("failure-detector.heartbeat-interval must be > 0", nameof(heartbeatInterval));

        _deadlineMillis = (long)(acceptableHeartbeatPause + heartbeatInterval).TotalMilliseconds;
        _clock = clock ?? DefaultClock;
    }

    /// <summary>As <see cref="FailureDetectorLoader"/> calls it.</summary>
    internal DeadlineFailureDetector(Config config, EventStream eventStream)
        : this(config.GetTimeSpan("acceptable-heartbeat-pause"), config.GetTimeSpan("heartbeat-interval"))
    {
        _ = eventStream;
    }

    internal override bool IsAvailable
    {
        get
        {
            var last = Volatile.Read(ref _lastHeartbeat);
            return last == Never || _clock() - last < _deadlineMillis;
        }
    }

    internal override bool IsMonitoring => Volatile.Read(ref _lastHeartbeat) != Never;

    internal override void HeartBeat() => Volatile.Write(ref _lastHeartbeat, _clock());
}
