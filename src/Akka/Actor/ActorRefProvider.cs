using Akka.Actor.Internal;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Knows which references exist, and turns paths into references.</summary>
public interface IActorRefProvider
{
    /// <summary>Where messages end that reach no one.</summary>
    IActorRef DeadLetters { get; }

    /// <summary>The path of the root of this system.</summary>
    ActorPath RootPath { get; }

    Settings Settings { get; }

    /// <summary>Completes when everything below the root is gone.</summary>
    Task TerminationTask { get; }

    /// <summary>The address others reach this system at; without a host when nobody can.</summary>
    Address DefaultAddress { get; }

    /// <summary>The reference that a path names, wherever it lives. One that is not there gives a reference to dead letters.</summary>
    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath actorPath);

    /// <summary>The root of the system at an address.</summary>
    IActorRef RootGuardianAt(Address address);

    /// <summary>This system's address as <paramref name="address"/> would have to call it; null when that cannot reach us.</summary>
    Address GetExternalAddressFor(Address address);

    /// <summary>A free path for a reference that lives shortly.</summary>
    ActorPath TempPath();
}

/// <summary>What every provider offers the engine.</summary>
internal abstract class ActorRefProvider : IActorRefProvider
{
    private protected ActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        SystemName = systemName;
        Settings = settings;
        EventStream = eventStream;
    }

    public string SystemName { get; }

    public Settings Settings { get; }

    public EventStream EventStream { get; }

    /// <summary>Set by <see cref="Init"/>.</summary>
    public abstract ActorSystemImpl System { get; }

    public abstract IActorRef DeadLetters { get; }

    public abstract ActorPath RootPath { get; }

    public abstract LocalActorRef RootGuardian { get; }

    /// <summary>Parent of the actors that users create.</summary>
    public abstract LocalActorRef Guardian { get; }

    /// <summary>Parent of the engine's own actors.</summary>
    public abstract LocalActorRef SystemGuardian { get; }

    public abstract Task TerminationTask { get; }

    public abstract Address DefaultAddress { get; }

    public abstract VirtualPathContainer TempContainer { get; }

    /// <summary>Starts the guardians; called once, when the system has a scheduler and dispatchers.</summary>
    public abstract void Init(ActorSystemImpl system);

    public abstract IActorRef ResolveActorRef(string path);

    public abstract IActorRef ResolveActorRef(ActorPath actorPath);

    public abstract IActorRef RootGuardianAt(Address address);

    public abstract Address GetExternalAddressFor(Address address);

    public abstract ActorPath TempPath();

    /// <summary>Makes a local actor's reference. It must be started by the caller.</summary>
    public abstract LocalActorRef MakeLocal(ActorSystemImpl system, Props props, InternalActorRef parent, ActorPath path);

    /// <summary>The actor at the names below this system's root; one that is not there gives a reference to dead letters.</summary>
    internal abstract InternalActorRef ResolveLocal(IReadOnlyList<string> elements, ActorPath path);

    /// <summary>A name beside /user and /system that is no actor; null when there is none.</summary>
    internal abstract InternalActorRef FindExtraName(string name);

    /// <summary>Adds a name beside /user and /system, such as /remote.</summary>
    internal abstract void AddExtraName(string name, InternalActorRef actorRef);

    /// <summary>Makes a short-lived reference findable.</summary>
    internal void RegisterTempActor(InternalActorRef actorRef, ActorPath path) => TempContainer.Add(path.Name, actorRef);

    internal void UnregisterTempActor(ActorPath path) => TempContainer.Remove(path.Name);
}
