#nullable enable
using System.Diagnostics;

namespace Akka.Remote;

/// <summary>Tells the time in milliseconds from an arbitrary start. Never goes backwards.</summary>
internal delegate long Clock();

/// <summary>
/// Judges one resource by the heartbeats that arrive from it. Instances are safe to use from several threads.
/// </summary>
internal abstract class FailureDetector
{
    /// <summary>The monotonic clock of the machine.</summary>
    internal static readonly Clock DefaultClock = () => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    /// <summary>True until heartbeats have been missing for too long; also true before the first one.</summary>
    internal abstract bool IsAvailable { get; }

    /// <summary>True once a heartbeat has arrived.</summary>
    internal abstract bool IsMonitoring { get; }

    /// <summary>Records that a heartbeat arrived now.</summary>
    internal abstract void HeartBeat();
}
