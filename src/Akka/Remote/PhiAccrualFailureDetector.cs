#nullable enable
using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote;

/// <summary>
/// The phi accrual failure detector of Hayashibara et al.: the suspicion grows with the time since the last heartbeat,
/// measured in what the history of intervals makes likely. Phi 8 means a chance of one in 10^8 that the peer is alive.
/// <para>
/// With the time t since the last heartbeat, mean m (plus the acceptable pause) and deviation s of the history:
/// y = (t - m) / s, e = exp(-y * (1.5976 + 0.070566 * y^2)), phi = -log10(e / (1 + e)) for t > m, else -log10(1 - 1 / (1 + e)).
/// That is the logistic approximation of the normal distribution.
/// </para>
/// </summary>
internal sealed class PhiAccrualFailureDetector : FailureDetector
{
    private readonly Lock _lock = new();
    private readonly Clock _clock;
    private readonly double _threshold;
    private readonly double _minStdDeviationMillis;
    private readonly double _acceptableHeartbeatPauseMillis;
    private readonly long _firstHeartbeatEstimateMillis;
    private readonly EventStream? _eventStream;
    private HeartbeatHistory _history;
    private long? _latest;

    /// <param name="threshold">Suspicion from which the resource counts as gone; positive.</param>
    /// <param name="maxSampleSize">How many intervals the history holds; positive.</param>
    /// <param name="minStdDeviation">Lower bound of the deviation, against a history that is too regular; positive.</param>
    /// <param name="acceptableHeartbeatPause">Added to the mean: how long a healthy peer may pause; not negative.</param>
    /// <param name="firstHeartbeatEstimate">The interval assumed before there is a history; positive.</param>
    /// <param name="clock">Milliseconds; the machine's monotonic clock by default.</param>
    /// <param name="eventStream">Where a warning about a long heartbeat interval goes, if anywhere.</param>
    /// <exception cref="ArgumentException">An argument is out of its range.</exception>
    internal PhiAccrualFailureDetector(
        double threshold,
        int maxSampleSize,
        TimeSpan minStdDeviation,
        TimeSpan acceptableHeartbeatPause,
        TimeSpan firstHeartbeatEstimate,
        Clock? clock = null,
        EventStream? eventStream = null)
    {
        Require(threshold > 0, "failure-detector.threshold must be > 0");
        Require(maxSampleSize > 0, "failure-detector.max-sample-size must be > 0");
        Require(minStdDeviation > TimeSpan.Zero, "failure-detector.min-std-deviation must be > 0");
        Require(acceptableHeartbeatPause >= TimeSpan.Zero, "failure-detector.acceptable-heartbeat-pause must be >= 0");
        Require(firstHeartbeatEstimate > TimeSpan.Zero, "failure-detector.expected-response-after must be > 0");

        _threshold = threshold;
        _minStdDeviationMillis = minStdDeviation.TotalMilliseconds;
        _acceptableHeartbeatPauseMillis = acceptableHeartbeatPause.TotalMilliseconds;
        _firstHeartbeatEstimateMillis = (long)firstHeartbeatEstimate.TotalMilliseconds;
        _clock = clock ?? DefaultClock;
        _eventStream = eventStream;
        _history = new HeartbeatHistory(maxSampleSize);
    }

    /// <summary>As <see cref="FailureDetectorLoader"/> calls it.</summary>
    internal PhiAccrualFailureDetector(Config config, EventStream eventStream)
        : this(
            config.GetDouble("threshold"),
            config.GetInt("max-sample-size"),
            config.GetTimeSpan("min-std-deviation"),
            config.GetTimeSpan("acceptable-heartbeat-pause"),
            config.GetTimeSpan(config.HasPath("expected-response-after") ? "expected-response-after" : "heartbeat-interval"),
            eventStream: eventStream)
    {
    }

    /// <summary>What is watched, for the text of warnings.</summary>
    internal string Address { get; set; } = "N/A";

    internal override bool IsAvailable => CurrentPhi() < _threshold;

    internal override bool IsMonitoring
    {
        get
        {
            lock (_lock)
                return _latest is not null;
        }
    }

    /// <summary>The suspicion now; 0 before the first heartbeat.</summary>
    internal double CurrentPhi()
    {
        lock (_lock)
            return _latest is { } latest ? PhiAt(_clock() - latest) : 0;
    }

    internal override void HeartBeat()
    {
        lock (_lock)
        {
            var now = _clock();
            if (_latest is not { } latest)
            {
                // Two samples around the estimate give the deviation that a single one would lack.
                var spread = _firstHeartbeatEstimateMillis / 4;
                _history.Add(_firstHeartbeatEstimateMillis - spread);
                _history.Add(_firstHeartbeatEstimateMillis + spread);
            }
            else
            {
                var interval = now - latest;

                // The silence of a peer that was rightly suspected is no interval of a healthy one.
                if (PhiAt(interval) < _threshold)
                {
                    WarnOfLongInterval(interval);
                    _history.Add(interval);
                }
            }

            _latest = now;
        }
    }

    private double PhiAt(long sinceLastMillis)
    {
        var mean = _history.Mean + _acceptableHeartbeatPauseMillis;
        var deviation = Math.Max(_history.StandardDeviation, _minStdDeviationMillis);
        return Phi(sinceLastMillis, mean, deviation);
    }

    /// <summary>The formula of the type's documentation. All three in milliseconds.</summary>
    internal static double Phi(double sinceLast, double mean, double standardDeviation)
    {
        var y = (sinceLast - mean) / standardDeviation;
        var e = Math.Exp(-y * (1.5976 + 0.070566 * y * y));
        return sinceLast > mean ? -Math.Log10(e / (1.0 + e)) : -Math.Log10(1.0 - 1.0 / (1.0 + e));
    }

    private void WarnOfLongInterval(long interval)
    {
        if (_eventStream is null || interval < _acceptableHeartbeatPauseMillis / 3 * 2 || _acceptableHeartbeatPauseMillis <= 0)
            return;

        _eventStream.Publish(new Warning(
            ToString(),
            GetType(),
            $"heartbeat interval is growing too large for address {Address}: {interval} millis"));
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new ArgumentException(message);
    }

    /// <summary>The last intervals in a ring, with running sums so that mean and deviation cost nothing.</summary>
    private struct HeartbeatHistory(int maxSampleSize)
    {
        private readonly double[] _intervals = new double[maxSampleSize];
        private int _count;
        private int _next;
        private double _sum;
        private double _squaredSum;

        public readonly double Mean => _sum / _count;

        public readonly double StandardDeviation => Math.Sqrt(Math.Max(0, _squaredSum / _count - Mean * Mean));

        public void Add(long interval)
        {
            if (_count == _intervals.Length)
            {
                var oldest = _intervals[_next];
                _sum -= oldest;
                _squaredSum -= oldest * oldest;
            }
            else
            {
                _count++;
            }

            _intervals[_next] = interval;
            _next = (_next + 1) % _intervals.Length;
            _sum += interval;
            _squaredSum += (double)interval * interval;
        }
    }
}
