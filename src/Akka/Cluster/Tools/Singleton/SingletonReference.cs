#nullable enable
using Akka.Configuration;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>What manager and proxy share.</summary>
internal static class SingletonReference
{
    public const string Dispatcher = "akka.actor.internal-dispatcher";

    public static Config Config => ConfigurationFactory.FromResource("Akka.Singleton.conf", typeof(SingletonReference).Assembly);
}
