using System.Globalization;
using Akka.Actor;
using Akka.Configuration;

namespace AkkaKv.Server.Configuration;

/// <summary>
/// Puts together what the engine of one server is told: addresses from <c>akkakv.servers</c>, the user's own <c>akka</c> section,
/// then <c>hocon/akka.conf</c>.
/// </summary>
public static class EngineConfig
{
    /// <summary>The name of the actor system, the same on every server.</summary>
    public const string SystemName = "AkkaKv";

    /// <summary>The cluster address of a server.</summary>
    public static Address AddressOf(ServerEndpoint server) => new("akka.tcp", SystemName, server.Host, server.ClusterPort);

    /// <summary>The configuration of the actor system of one server.</summary>
    public static Config Build(AkkaKvSettings settings, ServerEndpoint self)
    {
        var seeds = string.Join(", ", settings.Servers.Select(server => $"\"{AddressOf(server)}\""));
        var majority = (settings.Servers.Length / 2) + 1;
        var addresses = ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
            akka.remote.dot-netty.tcp {
              hostname = "{{self.Host}}"
              port = {{self.ClusterPort}}
            }
            akka.cluster {
              seed-nodes = [{{seeds}}]
              min-nr-of-members = {{majority}}
            }
            akkakv.down-after = {{settings.DownAfter.TotalMilliseconds}}ms
            """));
        var defaults = ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(SettingsReader.DefaultsDirectory, "akka.conf")));
        return addresses.WithFallback(settings.Engine).WithFallback(defaults);
    }
}
