#nullable enable
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Event;
using Akka.Remote.Transport;

namespace Akka.Remote;

/// <summary>
/// The provider of a system that others reach over the network. Everything local is the wrapped provider's; a path with another
/// system's address gives a <see cref="RemoteActorRef"/>.
/// </summary>
internal class RemoteActorRefProvider : ActorRefProvider, IRemoteActorRefProvider
{
    private readonly LocalActorRefProvider _local;
    private TcpRemoting? _remoting;
    private IActorRef? _remoteWatcher;

    public RemoteActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : base(systemName, settings, eventStream)
    {
        RemoteSettings = new RemoteSettings(settings.Config);
        _local = new LocalActorRefProvider(systemName, settings, eventStream);
        _local.WrapIn(this);
    }

    public override ActorSystemImpl System => _local.System;

    public override IActorRef DeadLetters => _local.DeadLetters;

    public override ActorPath RootPath => _local.RootPath;

    public override LocalActorRef RootGuardian => _local.RootGuardian;

    public override LocalActorRef Guardian => _local.Guardian;

    public override LocalActorRef SystemGuardian => _local.SystemGuardian;

    public override Task TerminationTask => _local.TerminationTask;

    public override Address DefaultAddress => _remoting?.LocalAddress ?? _local.DefaultAddress;

    public override VirtualPathContainer TempContainer => _local.TempContainer;

    internal RemoteSettings RemoteSettings { get; }

    /// <summary>Names this incarnation of the system among all that ever had its address. Never 0.</summary>
    internal int Uid => Remoting.Uid;

    /// <summary>Watches the nodes of watched remote actors.</summary>
    internal IActorRef RemoteWatcher => _remoteWatcher ?? throw NotStarted();

    internal Association AssociationWith(Address address) => Remoting.AssociationWith(address);

    private TcpRemoting Remoting => _remoting ?? throw NotStarted();

    /// <exception cref="RemoteTransportException">The configured address cannot be bound.</exception>
    public override void Init(ActorSystemImpl system)
    {
        _local.Init(system);
        var remoting = new TcpRemoting(this, system, RemoteSettings);
        remoting.Start();
        _remoting = remoting;
        _remoteWatcher = system.SystemActorOf(CreateRemoteWatcherProps(), "remote-watcher");
        system.SystemActorOf(
            Props.Create(() => new RemotingTerminator(remoting, SystemGuardian)).WithDispatcher(Dispatch.Dispatchers.InternalDispatcherId),
            "remoting-terminator");
        remoting.Accept();
    }

    public override LocalActorRef MakeLocal(ActorSystemImpl system, Props props, InternalActorRef parent, ActorPath path) =>
        _local.MakeLocal(system, props, parent, path);

    public override IActorRef ResolveActorRef(string path) =>
        ActorPath.TryParse(path, out var parsed) ? ResolveActorRef(parsed) : _local.ResolveActorRef(path);

    public override IActorRef ResolveActorRef(ActorPath actorPath)
    {
        var address = actorPath.Address;
        if (HasAddress(address))
            return _local.ResolveLocal(actorPath.Elements, actorPath);
        if (address.HasLocalScope || address.Port is null || _remoting is null)
            return new EmptyLocalActorRef(this, actorPath);

        return new RemoteActorRef(this, actorPath);
    }

    public override IActorRef RootGuardianAt(Address address) => ResolveActorRef(new RootActorPath(address));

    public override Address? GetExternalAddressFor(Address address) =>
        HasAddress(address) || (address.HasGlobalScope && address.Protocol == DefaultAddress.Protocol) ? DefaultAddress : null;

    public override ActorPath TempPath() => _local.TempPath();

    /// <inheritdoc />
    public bool HasAddress(Address address) => address == RootPath.Address || address == DefaultAddress;

    /// <inheritdoc />
    public void Quarantine(Address address, int? uid) => Remoting.Quarantine(address, uid);

    internal override InternalActorRef ResolveLocal(IReadOnlyList<string> elements, ActorPath path) => _local.ResolveLocal(elements, path);

    internal override InternalActorRef? FindExtraName(string name) => _local.FindExtraName(name);

    internal override void AddExtraName(string name, InternalActorRef actorRef) => _local.AddExtraName(name, actorRef);

    internal bool IsRemoteWatcher(IActorRef actorRef) => actorRef.Equals(_remoteWatcher);

    /// <summary>In a cluster its membership decides who is gone: the cluster's provider brings another watcher.</summary>
    private protected virtual Props CreateRemoteWatcherProps()
    {
        var settings = RemoteSettings;
        return Props.Create(() => new RemoteWatcher(settings, this)).WithDispatcher(Dispatch.Dispatchers.InternalDispatcherId);
    }

    private InvalidOperationException NotStarted() => new($"Remoting of [{SystemName}] has not been started.");
}
