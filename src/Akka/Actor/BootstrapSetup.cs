using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor;

/// <summary>What an actor system is started with: its configuration and how far its references reach.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    private BootstrapSetup(Option<Config> config, Option<Config> configFallback, Option<ProviderSelection> actorRefProvider)
    {
        Config = config;
        ConfigFallback = configFallback;
        ActorRefProvider = actorRefProvider;
    }

    /// <summary>The configuration; the defaults of the engine lie below it.</summary>
    public Option<Config> Config { get; }

    /// <summary>Takes the place of <c>akka.actor.provider</c>.</summary>
    public Option<ProviderSelection> ActorRefProvider { get; }

    /// <summary>Lies between the configuration and the defaults.</summary>
    internal Option<Config> ConfigFallback { get; }

    public static BootstrapSetup Create() => new(Option<Config>.None, Option<Config>.None, Option<ProviderSelection>.None);

    public BootstrapSetup WithConfig(Config config) => new(new Option<Config>(config), ConfigFallback, ActorRefProvider);

    public BootstrapSetup WithConfigFallback(Config config) => new(Config, new Option<Config>(config), ActorRefProvider);

    public BootstrapSetup WithActorRefProvider(ProviderSelection name) => new(Config, ConfigFallback, new Option<ProviderSelection>(name));
}

/// <summary>How far actor references reach.</summary>
public abstract class ProviderSelection
{
    private ProviderSelection(string name, bool hasCluster)
    {
        Name = name;
        HasCluster = hasCluster;
    }

    /// <summary>What <c>akka.actor.provider</c> would say.</summary>
    internal string Name { get; }

    internal bool HasCluster { get; }

    /// <summary>Within this system.</summary>
    public sealed class Local : ProviderSelection
    {
        public static readonly Local Instance = new();

        private Local()
            : base("local", hasCluster: false)
        {
        }
    }

    /// <summary>To other systems whose addresses are known.</summary>
    public sealed class Remote : ProviderSelection
    {
        public static readonly Remote Instance = new();

        private Remote()
            : base("remote", hasCluster: false)
        {
        }
    }

    /// <summary>To the members of a cluster.</summary>
    public sealed class Cluster : ProviderSelection
    {
        public static readonly Cluster Instance = new();

        private Cluster()
            : base("cluster", hasCluster: true)
        {
        }
    }
}
