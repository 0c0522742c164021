#nullable enable
using System.Collections.Concurrent;

namespace Akka.Remote;

/// <summary>One failure detector per resource, created when its first heartbeat arrives. Safe to use from several threads.</summary>
internal sealed class DefaultFailureDetectorRegistry<T>(Func<FailureDetector> factory)
    where T : notnull
{
    private readonly ConcurrentDictionary<T, FailureDetector> _detectors = new();

    /// <summary>True when the resource is alive, or unknown: nothing was heard that could be missing now.</summary>
    internal bool IsAvailable(T resource) => !_detectors.TryGetValue(resource, out var detector) || detector.IsAvailable;

    /// <summary>True once a heartbeat of the resource has been recorded.</summary>
    internal bool IsMonitoring(T resource) => _detectors.TryGetValue(resource, out var detector) && detector.IsMonitoring;

    /// <summary>Records a heartbeat of the resource, which from now on is monitored.</summary>
    internal void Heartbeat(T resource)
    {
        if (!_detectors.TryGetValue(resource, out var detector))
            detector = _detectors.GetOrAdd(resource, Create);

        detector.HeartBeat();
    }

    /// <summary>Forgets the resource and its history.</summary>
    internal void Remove(T resource) => _detectors.TryRemove(resource, out _);

    /// <summary>Forgets all resources.</summary>
    internal void Reset() => _detectors.Clear();

    private FailureDetector Create(T resource)
    {
        var detector = factory();
        if (detector is PhiAccrualFailureDetector phi)
            phi.Address = resource.ToString() ?? phi.Address;
        return detector;
    }
}
