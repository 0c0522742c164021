#nullable enable
namespace Akka.Cluster;

/// <summary>Where a node's cluster actors are found by the others.</summary>
internal static class ClusterPaths
{
    public const string Name = "cluster";

    public static readonly string[] Daemon = ["system", Name];

    public static readonly string[] HeartbeatReceiver = ["system", Name, "heartbeat-receiver"];
}
