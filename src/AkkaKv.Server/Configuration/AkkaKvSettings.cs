using System.Collections.Immutable;
using Akka.Configuration;
using AkkaKv.Core.Replication;

namespace AkkaKv.Server.Configuration;

/// <summary>
/// The section <c>akkakv</c>, read and checked once. <c>hocon/akkakv.conf</c> explains each setting; a test keeps the two in step.
/// </summary>
public sealed record AkkaKvSettings
{
    public required ImmutableArray<ServerEndpoint> Servers { get; init; }

    public required string DataDirectory { get; init; }

    public required TimeSpan Lease { get; init; }

    public required TimeSpan HeartbeatInterval { get; init; }

    public required ReadMode Reads { get; init; }

    public required bool CountReceived { get; init; }

    public required TimeSpan RequestTimeout { get; init; }

    public required TimeSpan DownAfter { get; init; }

    public required int MaxClients { get; init; }

    /// <summary>0 for as many as suit the machine.</summary>
    public required int ClientThreads { get; init; }

    public required TimeSpan ClientIdleTimeout { get; init; }

    public required TimeSpan ClientRequestDeadline { get; init; }

    public required int MaxKeySize { get; init; }

    public required int MaxValueSize { get; init; }

    public required long SnapshotAfter { get; init; }

    public required int LogSegmentSize { get; init; }

    /// <summary>What the user's file says about the engine; laid over <c>hocon/akka.conf</c>.</summary>
    public required Config Engine { get; init; }

    /// <summary>The server with an id.</summary>
    /// <exception cref="ConfigurationProblemException">There is none.</exception>
    public ServerEndpoint Server(int id) =>
        Servers.FirstOrDefault(server => server.Id == id)
        ?? throw new ConfigurationProblemException(
            $"--server {id}: akkakv.servers has no such id, only {string.Join(", ", Servers.Select(server => server.Id))}");

    /// <summary>What the replication core of one server needs.</summary>
    public ReplicationSettings Replication(ServerEndpoint self) => new()
    {
        Self = self.Slot,
        ReplicaCount = Servers.Length,
        Configuration = ReplicationSettings.HashConfiguration(
            [.. Servers.Select(server => server.ClusterAddress)], Lease, CountReceived, WireFormat.Version),
        Lease = Lease,
        HeartbeatInterval = HeartbeatInterval,
        Reads = Reads,
        CountReceived = CountReceived,
        RequestTimeout = RequestTimeout,
    };

    /// <summary>The number that changes whenever servers of two versions could not understand each other.</summary>
    private static class WireFormat
    {
        public const int Version = 1;
    }
}
