using Akka.Actor;
using Akka.Configuration;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>Settings of a <see cref="ClusterSingletonManager"/>. Immutable.</summary>
public sealed class ClusterSingletonManagerSettings
{
    /// <summary>Settings as given.</summary>
    /// <param name="singletonName">The name of the singleton below its manager.</param>
    /// <param name="role">Run only on members with this role; null: on all.</param>
    /// <param name="removalMargin">How long after a removal the singleton may start elsewhere; zero: as the downing provider says.</param>
    /// <param name="handOverRetryInterval">How often a hand-over is asked for again; longer than zero.</param>
    /// <param name="considerAppVersion">Has no effect: a member's age alone decides.</param>
    /// <exception cref="ArgumentException">The name is empty, or a time cannot be what it is.</exception>
    public ClusterSingletonManagerSettings(
        string singletonName, string role, TimeSpan removalMargin, TimeSpan handOverRetryInterval, bool considerAppVersion)
    {
        if (string.IsNullOrWhiteSpace(singletonName)) throw new ArgumentException("A singleton needs a name.", nameof(singletonName));
        if (removalMargin < TimeSpan.Zero) throw new ArgumentException("The removal margin cannot be negative.", nameof(removalMargin));
        if (handOverRetryInterval <= TimeSpan.Zero)
            throw new ArgumentException("The retry interval must be longer than zero.", nameof(handOverRetryInterval));
        SingletonName = singletonName;
        Role = role;
        RemovalMargin = removalMargin;
        HandOverRetryInterval = handOverRetryInterval;
        ConsiderAppVersion = considerAppVersion;
    }

    /// <summary>The settings of <c>akka.cluster.singleton</c>.</summary>
    public static ClusterSingletonManagerSettings Create(ActorSystem system) =>
        Create(system.Settings.Config.GetConfig("akka.cluster.singleton"));

    /// <summary>The settings of a section like <c>akka.cluster.singleton</c>.</summary>
    /// <exception cref="ConfigurationException">There is no such section.</exception>
    public static ClusterSingletonManagerSettings Create(Config config)
    {
        if (config is null || config.IsEmpty) throw new ConfigurationException("akka.cluster.singleton is missing.");
        var role = config.GetString("role");
        return new ClusterSingletonManagerSettings(
            config.GetString("singleton-name"),
            string.IsNullOrEmpty(role) ? null : role,
            TimeSpan.Zero,
            config.GetTimeSpan("hand-over-retry-interval"),
            considerAppVersion: false);
    }

    /// <summary>The name of the singleton below its manager.</summary>
    public string SingletonName { get; }

    /// <summary>Run only on members with this role; null: on all.</summary>
    public string Role { get; }

    /// <summary>How long after a removal the singleton may start elsewhere; zero: as the downing provider says.</summary>
    public TimeSpan RemovalMargin { get; }

    /// <summary>How often a hand-over is asked for again.</summary>
    public TimeSpan HandOverRetryInterval { get; }

    /// <summary>Has no effect.</summary>
    public bool ConsiderAppVersion { get; }

    /// <summary>These settings with another name.</summary>
    public ClusterSingletonManagerSettings WithSingletonName(string singletonName) =>
        new(singletonName, Role, RemovalMargin, HandOverRetryInterval, ConsiderAppVersion);

    /// <summary>These settings with another role.</summary>
    public ClusterSingletonManagerSettings WithRole(string role) =>
        new(SingletonName, role, RemovalMargin, HandOverRetryInterval, ConsiderAppVersion);

    /// <summary>These settings with another margin.</summary>
    public ClusterSingletonManagerSettings WithRemovalMargin(TimeSpan removalMargin) =>
        new(SingletonName, Role, removalMargin, HandOverRetryInterval, ConsiderAppVersion);

    /// <summary>These settings with another interval.</summary>
    public ClusterSingletonManagerSettings WithHandOverRetryInterval(TimeSpan handOverRetryInterval) =>
        new(SingletonName, Role, RemovalMargin, handOverRetryInterval, ConsiderAppVersion);
}
