#nullable enable
using System.Collections.Concurrent;
using Akka.Actor.Internal;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The provider of a system that lives in one process. The others wrap it for everything that is local.</summary>
internal sealed class LocalActorRefProvider : ActorRefProvider
{
    private readonly ConcurrentDictionary<string, InternalActorRef> _extraNames = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActorPath _tempPath;
    private ActorRefProvider _outer;
    private ActorSystemImpl? _system;
    private LocalActorRef? _rootGuardian;
    private LocalActorRef? _guardian;
    private LocalActorRef? _systemGuardian;
    private VirtualPathContainer? _tempContainer;
    private long _tempNumber;

    public LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : base(systemName, settings, eventStream)
    {
        _outer = this;
        RootPath = new RootActorPath(new Address("akka", systemName));
        _tempPath = RootPath / "temp";
        DeadLetters = new DeadLetterActorRef(this, RootPath / "deadLetters");
    }

    public override ActorSystemImpl System => _system ?? throw new InvalidOperationException("The actor system has not been started.");

    public override IActorRef DeadLetters { get; }

    public override ActorPath RootPath { get; }

    public override LocalActorRef RootGuardian => _rootGuardian!;

    public override LocalActorRef Guardian => _guardian!;

    public override LocalActorRef SystemGuardian => _systemGuardian!;

    public override Task TerminationTask => _terminated.Task;

    public override Address DefaultAddress => RootPath.Address;

    public override VirtualPathContainer TempContainer => _tempContainer!;

    /// <summary>The provider that wraps this one and resolves what is not local. Before <see cref="Init"/>.</summary>
    internal void WrapIn(ActorRefProvider outer) => _outer = outer;

    public override void Init(ActorSystemImpl system)
    {
        _system = system;
        var dispatcher = system.Dispatchers.Internal;
        var bubble = new RootSupervisor(_outer, RootPath / "_root-supervisor", _terminated);
        var root = new RootGuardianRef(system, Props.Create(() => new RootGuardianActor()), dispatcher, bubble, RootPath);
        _rootGuardian = root;
        _tempContainer = new VirtualPathContainer(_outer, _tempPath, root);
        AddExtraName("temp", _tempContainer);
        AddExtraName("deadLetters", (InternalActorRef)DeadLetters);
        root.Start();

        _guardian = root.Cell.AttachChild(
            Props.Create(() => new GuardianActor())
                .WithSupervisorStrategy(MakeGuardianStrategy())
                .WithDispatcher(Dispatch.Dispatchers.InternalDispatcherId),
            "user");
        _systemGuardian = root.Cell.AttachChild(
            Props.Create(() => new SystemGuardianActor(_guardian)).WithDispatcher(Dispatch.Dispatchers.InternalDispatcherId),
            "system");
    }

    public override LocalActorRef MakeLocal(ActorSystemImpl system, Props props, InternalActorRef parent, ActorPath path) =>
        new(system, props, system.Dispatchers.Find(props.Dispatcher), parent, path);

    public override IActorRef ResolveActorRef(string path) =>
        ActorPath.TryParse(path, out var parsed)
            ? ResolveActorRef(parsed)
            : ResolveLocal(path.Split('/', StringSplitOptions.RemoveEmptyEntries), RootPath / path.Split('/'));

    public override IActorRef ResolveActorRef(ActorPath actorPath)
    {
        if (actorPath.Address != RootPath.Address)
            return new EmptyLocalActorRef(_outer, actorPath);

        return ResolveLocal(actorPath.Elements, actorPath);
    }

    public override IActorRef RootGuardianAt(Address address) =>
        address == RootPath.Address ? RootGuardian : DeadLetters;

    public override Address GetExternalAddressFor(Address address) => address == RootPath.Address ? address : null!;

    public override ActorPath TempPath() =>
        new ChildActorPath(_tempPath, string.Create(null, $"$t{Interlocked.Increment(ref _tempNumber)}"), 0);

    internal override InternalActorRef ResolveLocal(IReadOnlyList<string> elements, ActorPath path)
    {
        var found = RootGuardian.GetChild(elements);
        return found is Nobody || (path.Uid != 0 && found.Path.Uid != path.Uid) ? new EmptyLocalActorRef(_outer, path) : found;
    }

    internal override InternalActorRef? FindExtraName(string name) => _extraNames.GetValueOrDefault(name);

    internal override void AddExtraName(string name, InternalActorRef actorRef) => _extraNames[name] = actorRef;

    private SupervisorStrategy MakeGuardianStrategy()
    {
        var typeName = Settings.Config.GetString("akka.actor.guardian-supervisor-strategy");
        return TypeNames.Find(typeName) is { } type && Activator.CreateInstance(type) is SupervisorStrategyConfigurator configurator
            ? configurator.Create()
            : throw new Configuration.ConfigurationException(
                $"akka.actor.guardian-supervisor-strategy: there is no configurator '{typeName}'.");
    }
}
