using Akka.Actor.Internal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// A tree of actors with what they share: scheduler, event stream, dispatchers, configuration. Expensive to make and made to
/// last: one per application. Everything here may be used from any thread.
/// </summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    private protected ActorSystem()
    {
    }

    public abstract string Name { get; }

    public abstract Settings Settings { get; }

    public abstract EventStream EventStream { get; }

    /// <summary>Where messages end that reach no one.</summary>
    public abstract IActorRef DeadLetters { get; }

    /// <summary>Logs in the name of the system.</summary>
    public abstract ILoggingAdapter Log { get; }

    public abstract IScheduler Scheduler { get; }

    public abstract Serialization.Serialization Serialization { get; }

    /// <summary>When the system was started, as time since some fixed moment.</summary>
    public TimeSpan StartTime { get; } = TimeSpan.FromMilliseconds(Environment.TickCount64);

    /// <summary>How long the system has been running.</summary>
    public TimeSpan Uptime => TimeSpan.FromMilliseconds(Environment.TickCount64) - StartTime;

    /// <summary>Completes when every actor is gone.</summary>
    public abstract Task WhenTerminated { get; }

    /// <summary>Starts a system with the default configuration.</summary>
    /// <param name="name">Letters, digits, '-', '_' and '.', starting with a letter or digit.</param>
    public static ActorSystem Create(string name) => Create(name, ActorSystemSetup.Empty);

    /// <summary>Starts a system whose configuration lies over the defaults.</summary>
    public static ActorSystem Create(string name, Config config) => Create(name, BootstrapSetup.Create().WithConfig(config));

    public static ActorSystem Create(string name, BootstrapSetup setup) => Create(name, ActorSystemSetup.Create(setup));

    /// <exception cref="ArgumentException">The name is malformed.</exception>
    /// <exception cref="ConfigurationException">A setting cannot be used.</exception>
    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        var system = new ActorSystemImpl(name, setup);
        try
        {
            system.Start();
        }
        catch
        {
            system.Abort();
            throw;
        }

        return system;
    }

    /// <summary>Creates a top-level actor, below /user.</summary>
    public abstract IActorRef ActorOf(Props props, string name = null);

    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    public abstract ActorSelection ActorSelection(string actorPath);

    /// <summary>Stops an actor after the message it is handling.</summary>
    public abstract void Stop(IActorRef actor);

    /// <summary>Stops every actor, through the phases of the coordinated shutdown unless the configuration says otherwise.</summary>
    /// <returns>Completes when every actor is gone.</returns>
    public abstract Task Terminate();

    /// <summary>Has code run when every actor is gone.</summary>
    public abstract void RegisterOnTermination(Action code);

    public abstract object RegisterExtension(IExtensionId extension);

    public abstract object GetExtension(IExtensionId extensionId);

    /// <summary>The extension of a type; null when it is not loaded.</summary>
    public abstract T GetExtension<T>()
        where T : class, IExtension;

    public abstract bool HasExtension(Type type);

    public abstract bool HasExtension<T>()
        where T : class, IExtension;

    public abstract bool TryGetExtension(Type extensionType, out object extension);

    public abstract bool TryGetExtension<T>(out T extension)
        where T : class, IExtension;

    /// <summary>Begins to stop the system; <see cref="WhenTerminated"/> says when it is done.</summary>
    public void Dispose()
    {
        _ = Terminate();
        GC.SuppressFinalize(this);
    }

    public override string ToString() => Name;
}

/// <summary>What extensions and serializers may use of a system besides the rest.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    private protected ExtendedActorSystem()
    {
    }

    public abstract IActorRefProvider Provider { get; }

    /// <summary>Creates an actor below /system. Such actors outlive those of users.</summary>
    public abstract IActorRef SystemActorOf(Props props, string name = null);

    public abstract IActorRef SystemActorOf<TActor>(string name = null)
        where TActor : ActorBase, new();

    /// <summary>Stops the actors at once, without the phases of the coordinated shutdown.</summary>
    public abstract void Abort();
}
