using System.Collections.Concurrent;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>The dispatchers of a system, made from their configuration when first asked for.</summary>
internal sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";
    public const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private const int DefaultThreads = 4;

    private readonly ConcurrentDictionary<string, Lazy<MessageDispatcher>> _dispatchers = new(StringComparer.Ordinal);
    private readonly ActorSystemImpl _system;

    public Dispatchers(ActorSystemImpl system)
    {
        _system = system;
        Default = Find(DefaultDispatcherId);
        Internal = Find(InternalDispatcherId);
    }

    public MessageDispatcher Default { get; }

    /// <summary>Runs the engine's own actors, in shorter turns.</summary>
    public MessageDispatcher Internal { get; }

    /// <exception cref="ConfigurationException">There is no such section, or its type is unknown.</exception>
    public MessageDispatcher Find(string id) =>
        id == DefaultDispatcherId && Default is { } known
            ? known
            : _dispatchers.GetOrAdd(id, static (id, self) => new Lazy<MessageDispatcher>(() => self.Make(id)), this).Value;

    /// <summary>Ends the threads that dispatchers own.</summary>
    public void Shutdown()
    {
        foreach (var dispatcher in _dispatchers.Values)
            dispatcher.Value.Shutdown();
    }

    private MessageDispatcher Make(string id)
    {
        var section = _system.Settings.Config.GetConfig(id) ?? throw new ConfigurationException($"There is no dispatcher '{id}'.");
        var throughput = section.GetInt("throughput", 30);
        var deadline = section.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero);
        var type = section.GetString("type", "Dispatcher");
        return type switch
        {
            "Dispatcher" or "TaskDispatcher" => new ThreadPoolDispatcher(id, throughput, deadline),
            "ForkJoinDispatcher" => new DedicatedThreadDispatcher(
                id, throughput, deadline, section.GetInt("dedicated-thread-pool.thread-count", DefaultThreads), isExclusive: false),
            "PinnedDispatcher" => new PinnedDispatcher(id, throughput, deadline),
            _ when TypeNames.Find(type) is { } configurator => ((MessageDispatcherConfigurator)Activator.CreateInstance(
                configurator, [section, _system])).Dispatcher(id),
            _ => throw new ConfigurationException($"{id}.type: unknown dispatcher type '{type}'."),
        };
    }
}

/// <summary>Makes a dispatcher of a type that the engine does not bring along; named by the <c>type</c> of its section.</summary>
/// <remarks>Needs a constructor (Config, ActorSystemImpl).</remarks>
internal abstract class MessageDispatcherConfigurator
{
    public abstract MessageDispatcher Dispatcher(string id);
}
