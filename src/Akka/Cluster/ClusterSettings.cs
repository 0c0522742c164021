using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Cluster;

/// <summary>The section <c>akka.cluster</c>, read once.</summary>
public sealed class ClusterSettings
{
    /// <summary>Reads the settings of a node of the actor system <paramref name="systemName"/>.</summary>
    /// <exception cref="ConfigurationException">A seed node is not an address of an actor system of this name.</exception>
    public ClusterSettings(Config config, string systemName)
    {
        var cluster = config.GetConfig("akka.cluster");
        FailureDetectorConfig = cluster.GetConfig("failure-detector");
        FailureDetectorImplementationClass = FailureDetectorConfig.GetString("implementation-class");
        HeartbeatInterval = FailureDetectorConfig.GetTimeSpan("heartbeat-interval");
        HeartbeatExpectedResponseAfter = FailureDetectorConfig.GetTimeSpan("expected-response-after");
        MonitoredByNrOfMembers = FailureDetectorConfig.GetInt("monitored-by-nr-of-members");

        SeedNodes = [.. cluster.GetStringList("seed-nodes").Select(text => ParseSeed(text, systemName))];
        SeedNodeTimeout = cluster.GetTimeSpan("seed-node-timeout");
        RetryUnsuccessfulJoinAfter = OffOrTime(cluster, "retry-unsuccessful-join-after");
        ShutdownAfterUnsuccessfulJoinSeedNodes = OffOrTime(cluster, "shutdown-after-unsuccessful-join-seed-nodes");

        PeriodicTasksInitialDelay = cluster.GetTimeSpan("periodic-tasks-initial-delay");
        GossipInterval = cluster.GetTimeSpan("gossip-interval");
        GossipTimeToLive = OffOrTime(cluster, "gossip-time-to-live") ?? TimeSpan.Zero;
        GossipDifferentViewProbability = cluster.GetDouble("gossip-different-view-probability");
        LeaderActionsInterval = cluster.GetTimeSpan("leader-actions-interval");
        UnreachableNodesReaperInterval = cluster.GetTimeSpan("unreachable-nodes-reaper-interval");

        WeaklyUpAfter = WeaklyUp(cluster);
        AllowWeaklyUpMembers = WeaklyUpAfter > TimeSpan.Zero;
        Roles = cluster.GetStringList("roles").ToImmutableHashSet(StringComparer.Ordinal);
        MinNrOfMembers = cluster.GetInt("min-nr-of-members");
        MinNrOfMembersOfRole = MinimaOfRoles(cluster.GetConfig("role"));
        RunCoordinatedShutdownWhenDown = cluster.GetBoolean("run-coordinated-shutdown-when-down");
        LogInfo = cluster.GetBoolean("log-info");
        UseDispatcher = NullWhenEmpty(cluster.GetString("use-dispatcher")) ?? InternalDispatcher;
        DowningProviderType = TypeOf(NullWhenEmpty(cluster.GetString("downing-provider-class")));
    }

    private const string InternalDispatcher = "akka.actor.internal-dispatcher";

    /// <summary>Settings of the failure detector.</summary>
    public Config FailureDetectorConfig { get; }

    /// <summary>The class of the failure detector.</summary>
    public string FailureDetectorImplementationClass { get; }

    /// <summary>How often a heartbeat is sent.</summary>
    public TimeSpan HeartbeatInterval { get; }

    /// <summary>When a first heartbeat that is not answered begins to count.</summary>
    public TimeSpan HeartbeatExpectedResponseAfter { get; }

    /// <summary>How many members watch each member.</summary>
    public int MonitoredByNrOfMembers { get; }

    /// <summary>Whom to ask for admission, in this order.</summary>
    public ImmutableList<Address> SeedNodes { get; }

    /// <summary>How long the first seed node asks before it founds a cluster.</summary>
    public TimeSpan SeedNodeTimeout { get; }

    /// <summary>When to begin again after a request to join was not answered; null: never.</summary>
    public TimeSpan? RetryUnsuccessfulJoinAfter { get; }

    /// <summary>When to give up joining and shut down; null: never.</summary>
    public TimeSpan? ShutdownAfterUnsuccessfulJoinSeedNodes { get; }

    /// <summary>How long after the start periodic work begins.</summary>
    public TimeSpan PeriodicTasksInitialDelay { get; }

    /// <summary>How often what is known is told to one other member.</summary>
    public TimeSpan GossipInterval { get; }

    /// <summary>How long a gossip may have waited before it is ignored; zero: any time.</summary>
    public TimeSpan GossipTimeToLive { get; }

    /// <summary>The share of gossip, from 0 to 1, for members not known to have seen the latest.</summary>
    public double GossipDifferentViewProbability { get; }

    /// <summary>How often the leader looks for something to do.</summary>
    public TimeSpan LeaderActionsInterval { get; }

    /// <summary>How often members that are no longer heard are looked for.</summary>
    public TimeSpan UnreachableNodesReaperInterval { get; }

    /// <summary>Whether members may be let in provisionally.</summary>
    public bool AllowWeaklyUpMembers { get; }

    /// <summary>After how long without agreement they are.</summary>
    public TimeSpan WeaklyUpAfter { get; }

    /// <summary>The roles of this node.</summary>
    public ImmutableHashSet<string> Roles { get; }

    /// <summary>How many members there must be before one becomes Up.</summary>
    public int MinNrOfMembers { get; }

    /// <summary>The same by role.</summary>
    public ImmutableDictionary<string, int> MinNrOfMembersOfRole { get; }

    /// <summary>Whether a node that finds itself declared dead runs its coordinated shutdown.</summary>
    public bool RunCoordinatedShutdownWhenDown { get; }

    /// <summary>Whether steps of members are logged at info level.</summary>
    public bool LogInfo { get; }

    /// <summary>The dispatcher of the cluster's actors.</summary>
    public string UseDispatcher { get; }

    /// <summary>The class that decides which unreachable members are dead.</summary>
    public Type DowningProviderType { get; }

    /// <summary>A duration, or null where the setting says off (or false, or no) or is absent.</summary>
    internal static TimeSpan? OffOrTime(Config config, string path) =>
        config.GetString(path)?.Trim().ToLowerInvariant() is null or "" or "off" or "false" or "no" ? null : config.GetTimeSpan(path);

    private static string NullWhenEmpty(string text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static TimeSpan WeaklyUp(Config cluster)
    {
        // "on" is what the setting was before it became a duration, and means the default duration.
        var text = cluster.GetString("allow-weakly-up-members")?.Trim().ToLowerInvariant();
        return text is "on" or "true" or "yes" ? TimeSpan.FromSeconds(7) : OffOrTime(cluster, "allow-weakly-up-members") ?? TimeSpan.Zero;
    }

    private static ImmutableDictionary<string, int> MinimaOfRoles(Config roles)
    {
        var minima = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        if (roles is null || roles.IsEmpty) return minima.ToImmutable();
        foreach (var (role, _) in roles.Root.GetObject().Items)
        {
            var path = $"\"{role}\".min-nr-of-members";
            if (roles.HasPath(path)) minima[role] = roles.GetInt(path);
        }

        return minima.ToImmutable();
    }

    private static Address ParseSeed(string text, string systemName)
    {
        Address address;
        try
        {
            address = Address.Parse(text);
        }
        catch (UriFormatException cause)
        {
            throw new ConfigurationException($"akka.cluster.seed-nodes: not an address: {text}", cause);
        }

        return address.System == systemName && !string.IsNullOrEmpty(address.Host) && address.Port is not null
            ? address
            : throw new ConfigurationException(
                $"akka.cluster.seed-nodes: {text} does not name host and port of an actor system {systemName}");
    }

    private static Type TypeOf(string name)
    {
        if (name is null) return typeof(NoDowning);
        return Akka.Util.TypeNames.Find(name)
            ?? throw new ConfigurationException($"akka.cluster.downing-provider-class: no such class: {name}");
    }
}
