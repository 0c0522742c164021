#nullable enable

using System.Text;
using Akka.Hosting;

namespace Akka.Remote.Hosting;

/// <summary>When silence becomes suspicious. What is null keeps the value that is configured elsewhere.</summary>
public class PhiAccrualFailureDetectorOptions
{
    /// <summary>How often a heartbeat is sent.</summary>
    public TimeSpan? HeartbeatInterval { get; set; }

    /// <summary>How long a pause may be without raising suspicion.</summary>
    public TimeSpan? AcceptableHeartbeatPause { get; set; }

    /// <summary>The suspicion (phi) at which the other side counts as unreachable.</summary>
    public double? Threshold { get; set; }

    /// <summary>How many intervals between heartbeats are remembered.</summary>
    public int? MaxSampleSize { get; set; }

    /// <summary>The least standard deviation that is assumed of the intervals.</summary>
    public TimeSpan? MinStandardDeviation { get; set; }

    /// <summary>How often it is looked whether somebody became unreachable.</summary>
    public TimeSpan? UnreachableNodesReaperInterval { get; set; }

    /// <summary>How long the first answer may take.</summary>
    public TimeSpan? ExpectedResponseAfter { get; set; }

    /// <summary>The lines of HOCON for what is set.</summary>
    public StringBuilder ToHocon() =>
        new StringBuilder()
            .Set("heartbeat-interval", HeartbeatInterval)
            .Set("acceptable-heartbeat-pause", AcceptableHeartbeatPause)
            .Set("threshold", Threshold)
            .Set("max-sample-size", MaxSampleSize)
            .Set("min-std-deviation", MinStandardDeviation)
            .Set("unreachable-nodes-reaper-interval", UnreachableNodesReaperInterval)
            .Set("expected-response-after", ExpectedResponseAfter);
}
