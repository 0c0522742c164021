using Akka.Actor;
using Akka.Configuration;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>Settings of a <see cref="ClusterSingletonProxy"/>. Immutable.</summary>
public sealed class ClusterSingletonProxySettings
{
    /// <summary>Settings as given.</summary>
    /// <param name="singletonName">The name of the singleton below its manager.</param>
    /// <param name="role">Look only at members with this role; null: at all.</param>
    /// <param name="singletonIdentificationInterval">How often the singleton is looked for while it is unknown; longer than zero.</param>
    /// <param name="bufferSize">How many messages wait meanwhile; 0: none.</param>
    /// <param name="considerAppVersion">Has no effect: a member's age alone decides.</param>
    /// <exception cref="ArgumentException">A value is not within its bounds.</exception>
    public ClusterSingletonProxySettings(
        string singletonName, string role, TimeSpan singletonIdentificationInterval, int bufferSize, bool considerAppVersion)
    {
        if (string.IsNullOrWhiteSpace(singletonName)) throw new ArgumentException("A singleton needs a name.", nameof(singletonName));
        if (singletonIdentificationInterval <= TimeSpan.Zero)
            throw new ArgumentException("The identification interval must be longer than zero.", nameof(singletonIdentificationInterval));
        if (bufferSize < 0) throw new ArgumentException("The buffer size must not be negative.", nameof(bufferSize));
        SingletonName = singletonName;
        Role = role;
        SingletonIdentificationInterval = singletonIdentificationInterval;
        BufferSize = bufferSize;
        ConsiderAppVersion = considerAppVersion;
    }

    /// <summary>The settings of <c>akka.cluster.singleton-proxy</c>.</summary>
    public static ClusterSingletonProxySettings Create(ActorSystem system) =>
        Create(system.Settings.Config.GetConfig("akka.cluster.singleton-proxy"), considerAppVersion: false);

    /// <summary>The settings of a section like <c>akka.cluster.singleton-proxy</c>.</summary>
    /// <exception cref="ConfigurationException">There is no such section.</exception>
    public static ClusterSingletonProxySettings Create(Config config, bool considerAppVersion)
    {
        if (config is null || config.IsEmpty) throw new ConfigurationException("akka.cluster.singleton-proxy is missing.");
        var role = config.GetString("role");
        return new ClusterSingletonProxySettings(
            config.GetString("singleton-name"),
            string.IsNullOrEmpty(role) ? null : role,
            config.GetTimeSpan("singleton-identification-interval"),
            config.GetInt("buffer-size"),
            considerAppVersion);
    }

    /// <summary>The name of the singleton below its manager.</summary>
    public string SingletonName { get; }

    /// <summary>Look only at members with this role; null: at all.</summary>
    public string Role { get; }

    /// <summary>How often the singleton is looked for while it is unknown.</summary>
    public TimeSpan SingletonIdentificationInterval { get; }

    /// <summary>How many messages wait meanwhile.</summary>
    public int BufferSize { get; }

    /// <summary>Has no effect.</summary>
    public bool ConsiderAppVersion { get; }

    /// <summary>These settings with another name.</summary>
    public ClusterSingletonProxySettings WithSingletonName(string singletonName) =>
        new(singletonName, Role, SingletonIdentificationInterval, BufferSize, ConsiderAppVersion);

    /// <summary>These settings with another role.</summary>
    public ClusterSingletonProxySettings WithRole(string role) =>
        new(SingletonName, role, SingletonIdentificationInterval, BufferSize, ConsiderAppVersion);

    /// <summary>These settings with another interval.</summary>
    public ClusterSingletonProxySettings WithSingletonIdentificationInterval(TimeSpan singletonIdentificationInterval) =>
        new(SingletonName, Role, singletonIdentificationInterval, BufferSize, ConsiderAppVersion);

    /// <summary>These settings with another buffer size.</summary>
    public ClusterSingletonProxySettings WithBufferSize(int bufferSize) =>
        new(SingletonName, Role, SingletonIdentificationInterval, bufferSize, ConsiderAppVersion);
}
