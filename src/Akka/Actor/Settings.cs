using Akka.Actor.Setup;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>The configuration of a system and what the engine reads from it often. Fixed when the system starts.</summary>
public class Settings
{
    public Settings(ActorSystem system, Config config)
        : this(system, config, ActorSystemSetup.Empty)
    {
    }

    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        Read((config ?? Config.Empty).WithFallback(ReferenceConfig.All));
    }

    public ActorSystem System { get; }

    /// <summary>What the user set, over the defaults.</summary>
    public Config Config { get; private set; }

    public ActorSystemSetup Setup { get; }

    /// <summary><c>akka.actor.provider</c>: local, remote, cluster or a type name.</summary>
    public string ProviderClass { get; private set; }

    public bool HasCluster { get; private set; }

    /// <summary>How long Ask waits when not told; infinite unless configured.</summary>
    public TimeSpan AskTimeout { get; private set; }

    public bool SerializeAllMessages { get; private set; }

    public string LogLevel { get; private set; }

    public string StdoutLogLevel { get; private set; }

    public bool LogConfigOnStart { get; private set; }

    /// <summary>Dead letters logged in a row; 0 for none.</summary>
    public int LogDeadLetters { get; private set; }

    public bool LogDeadLettersDuringShutdown { get; private set; }

    /// <summary>Silence after so many; infinite for ever.</summary>
    public TimeSpan LogDeadLettersSuspendDuration { get; private set; }

    public bool DebugUnhandledMessage { get; private set; }

    public bool DebugLifecycle { get; private set; }

    public bool DebugEventStream { get; private set; }

    /// <summary>The type of the scheduler; the engine's own unless configured.</summary>
    public string SchedulerClass { get; private set; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; private set; }

    public bool CoordinatedShutdownTerminateActorSystem { get; private set; }

    public override string ToString() => Config.ToString();

    private void Read(Config config)
    {
        Config = config;
        ProviderClass = ProviderName(Setup, config);
        HasCluster = ProviderClass.StartsWith("cluster", StringComparison.OrdinalIgnoreCase)
            || ProviderClass.StartsWith("Akka.Cluster.", StringComparison.Ordinal);
        AskTimeout = config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);
        SerializeAllMessages = config.GetBoolean("akka.actor.serialize-messages");
        LogLevel = config.GetString("akka.loglevel");
        StdoutLogLevel = config.GetString("akka.stdout-loglevel");
        LogConfigOnStart = config.GetBoolean("akka.log-config-on-start");
        LogDeadLetters = config.GetString("akka.log-dead-letters", "10").ToLowerInvariant() switch
        {
            "on" or "true" => int.MaxValue,
            "off" or "false" => 0,
            _ => config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration = config.GetTimeSpan("akka.log-dead-letters-suspend-duration", TimeSpan.FromMinutes(5));
        DebugUnhandledMessage = config.GetBoolean("akka.actor.debug.unhandled");
        DebugLifecycle = config.GetBoolean("akka.actor.debug.lifecycle");
        DebugEventStream = config.GetBoolean("akka.actor.debug.event-stream");
        SchedulerClass = config.GetString("akka.scheduler.implementation");
        CoordinatedShutdownRunByActorSystemTerminate = config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate", true);
        CoordinatedShutdownTerminateActorSystem = config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system", true);
    }

    private static string ProviderName(ActorSystemSetup setup, Config config)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        return bootstrap.HasValue && bootstrap.Value.ActorRefProvider.HasValue
            ? bootstrap.Value.ActorRefProvider.Value.Name
            : config.GetString("akka.actor.provider", "local");
    }
}
