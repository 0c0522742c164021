using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>
/// An actor system's membership of a cluster: joining and leaving, who else is a member, and events when that changes.
/// Starts with the actor system when <c>akka.actor.provider = cluster</c>. All members may be called from any thread.
/// </summary>
public class Cluster : IExtension
{
    private readonly Lock _callbacks = new();
    private readonly IActorRef _daemon;
    private readonly ILoggingAdapter _log;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Action> _onUp = [];
    private List<Action> _onRemoved = [];
    private volatile MembershipState _membership;
    private volatile ClusterEvent.CurrentClusterState _state = new();
    private volatile bool _isTerminated;

    internal Cluster(ExtendedActorSystem system)
    {
        if (system.Provider is not ClusterActorRefProvider provider)
        {
            throw new ConfigurationException(
                $"[{system.Name}] needs 'akka.actor.provider = cluster' to have a cluster; it has {system.Provider.GetType()}");
        }

        System = system;
        Settings = new ClusterSettings(system.Settings.Config, system.Name);
        SelfUniqueAddress = new UniqueAddress(provider.DefaultAddress, provider.Uid);
        _membership = new MembershipState(Gossip.Empty, SelfUniqueAddress);
        _log = Logging.GetLogger(system, "Cluster");
        FailureDetector = new DefaultFailureDetectorRegistry<Address>(() => FailureDetectorLoader.Load(
            Settings.FailureDetectorImplementationClass, Settings.FailureDetectorConfig, system));
        DowningProvider = (IDowningProvider)Activator.CreateInstance(Settings.DowningProviderType, system, this);

        ClusterShutdown.AddTasks(this);
        _daemon = system.SystemActorOf(
            Props.Create(() => new ClusterDaemon(this)).WithDispatcher(Settings.UseDispatcher), ClusterPaths.Name);

        // The daemon runs already, but what it starts subscribes through this object, which needs the reference for that.
        _daemon.Tell(new ClusterCommand.Begin(), ActorRefs.NoSender);
        _log.Info("Cluster Node [{0}] - Started up, uid {1}", SelfAddress, SelfUniqueAddress.Uid);
    }

    /// <summary>The cluster of an actor system.</summary>
    /// <exception cref="ConfigurationException">The system was not configured to have one.</exception>
    public static Cluster Get(ActorSystem system) => ClusterExtension.Instance.Get(system);

    /// <summary>The actor system.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>The settings of this node.</summary>
    public ClusterSettings Settings { get; }

    /// <summary>Who decides which unreachable members are dead.</summary>
    public IDowningProvider DowningProvider { get; }

    /// <summary>This incarnation of this node.</summary>
    public UniqueAddress SelfUniqueAddress { get; }

    /// <summary>Where this node is reached.</summary>
    public Address SelfAddress => SelfUniqueAddress.Address;

    /// <summary>The roles of this node.</summary>
    public ImmutableHashSet<string> SelfRoles => Settings.Roles;

    /// <summary>This node as a member; in status Removed before it has joined and after its membership has ended.</summary>
    public Member SelfMember =>
        _membership.SelfMember ?? new Member(SelfUniqueAddress, Member.NotUpYet, MemberStatus.Removed, SelfRoles);

    /// <summary>The cluster as this node sees it now.</summary>
    public ClusterEvent.CurrentClusterState State => _state;

    /// <summary>Whether this node is Up or WeaklyUp.</summary>
    public bool IsUp => _membership.SelfMember is { Status: MemberStatus.Up or MemberStatus.WeaklyUp };

    /// <summary>Whether the membership has ended. It never begins again in this actor system.</summary>
    public bool IsTerminated => _isTerminated;

    internal DefaultFailureDetectorRegistry<Address> FailureDetector { get; }

    internal MembershipState Membership => _membership;

    /// <summary>Completes when this node is Exiting, or its membership has ended otherwise.</summary>
    internal TaskCompletionSource SelfExiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the membership has ended and nothing of it runs any more.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Subscribes to events of these types and subtypes, after one <see cref="ClusterEvent.CurrentClusterState"/>.</summary>
    public void Subscribe(IActorRef subscriber, params Type[] to) =>
        Subscribe(subscriber, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, to);

    /// <summary>Subscribes to events of these types (and their subtypes).</summary>
    /// <exception cref="ArgumentException">No type is given, or one that is no event of the cluster.</exception>
    public void Subscribe(IActorRef subscriber, ClusterEvent.SubscriptionInitialStateMode initialStateMode, params Type[] to)
    {
        if (to.Length == 0) throw new ArgumentException("At least one type of event is needed.", nameof(to));
        if (!to.All(type => typeof(ClusterEvent.IClusterDomainEvent).IsAssignableFrom(type)))
            throw new ArgumentException("Only events of the cluster can be subscribed to.", nameof(to));
        _daemon.Tell(new ClusterCommand.Subscribe(subscriber, initialStateMode, [.. to]), subscriber);
    }

    /// <summary>Ends all subscriptions of the subscriber.</summary>
    public void Unsubscribe(IActorRef subscriber) => _daemon.Tell(new ClusterCommand.Unsubscribe(subscriber, null), subscriber);

    /// <summary>Ends the subscription to one type.</summary>
    public void Unsubscribe(IActorRef subscriber, Type to) => _daemon.Tell(new ClusterCommand.Unsubscribe(subscriber, to), subscriber);

    /// <summary>Sends one <see cref="ClusterEvent.CurrentClusterState"/>.</summary>
    public void SendCurrentClusterState(IActorRef receiver) => _daemon.Tell(new ClusterCommand.SendState(receiver), receiver);

    /// <summary>Joins the cluster of the node at this address; its own address founds one.</summary>
    public void Join(Address address) => _daemon.Tell(new ClusterCommand.JoinTo(FillLocal(address)), ActorRefs.NoSender);

    /// <summary>Joins, and completes when this node is Up.</summary>
    /// <exception cref="ClusterJoinFailedException">The token was cancelled, or the membership ended, before that.</exception>
    public Task JoinAsync(Address address, CancellationToken token = default) => WhenUp(() => Join(address), token);

    /// <summary>Joins the cluster that one of these nodes belongs to; all nodes must be given them in the same order.</summary>
    public void JoinSeedNodes(IEnumerable<Address> seedNodes) =>
        _daemon.Tell(new ClusterCommand.JoinSeeds([.. seedNodes.Select(FillLocal)]), ActorRefs.NoSender);

    /// <summary>Joins the seed nodes, and completes when this node is Up.</summary>
    /// <exception cref="ClusterJoinFailedException">The token was cancelled, or the membership ended, before that.</exception>
    public Task JoinSeedNodesAsync(IEnumerable<Address> seedNodes, CancellationToken token = default) =>
        WhenUp(() => JoinSeedNodes(seedNodes), token);

    /// <summary>
    /// Begins the departure of the member at this address. It hands over what it holds, is removed, and runs its coordinated shutdown.
    /// </summary>
    public void Leave(Address address) => _daemon.Tell(new ClusterCommand.Leave(FillLocal(address)), ActorRefs.NoSender);

    /// <summary>Leaves, and completes when this node is removed.</summary>
    public Task LeaveAsync() => LeaveAsync(CancellationToken.None);

    /// <summary>Leaves, and completes when this node is removed. Cancelling ends the waiting, not the departure.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_isTerminated) return Task.CompletedTask;
        var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RegisterOnMemberRemoved(() => removed.TrySetResult());
        Leave(SelfAddress);
        return removed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Declares the member at this address dead. The verdict goes to the others at once, and the member is removed as soon as they
    /// agree; it may come back only as a new incarnation.
    /// </summary>
    public void Down(Address address) => _daemon.Tell(new ClusterCommand.Down(FillLocal(address)), ActorRefs.NoSender);

    /// <summary>Calls back once this node is Up: at once, on this thread, when it is; else later, on a thread of the cluster.</summary>
    public void RegisterOnMemberUp(Action callback)
    {
        lock (_callbacks)
        {
            if (!IsUp)
            {
                _onUp.Add(callback);
                return;
            }
        }

        callback();
    }

    /// <summary>Calls back once this node is removed or its membership has ended: at once, on this thread, when it has.</summary>
    public void RegisterOnMemberRemoved(Action callback)
    {
        lock (_callbacks)
        {
            if (!_isTerminated || !_ended.Task.IsCompleted)
            {
                _onRemoved.Add(callback);
                return;
            }
        }

        callback();
    }

    internal IActorRef RefOn(Address address, string[] elements) => System.Provider.ResolveActorRef(new RootActorPath(address) / elements);

    internal void Tell(object command) => _daemon.Tell(command, ActorRefs.NoSender);

    internal void Hold(MembershipState membership)
    {
        _membership = membership;
        _state = ClusterStates.Snapshot(membership);
    }

    /// <summary>Calls back who waits for this node to be Up, if it is.</summary>
    internal void RunCallbacks()
    {
        List<Action> due;
        lock (_callbacks)
        {
            if (!IsUp || _onUp.Count == 0) return;
            (due, _onUp) = (_onUp, []);
        }

        Run(due);
    }

    /// <summary>Ends the membership of this node; what it held is found missing by the others. Returns at once.</summary>
    internal void Shutdown()
    {
        if (_isTerminated) return;
        _isTerminated = true;
        _log.Info("Cluster Node [{0}] - Shutting down...", SelfAddress);
        System.Stop(_daemon);
    }

    /// <summary>The daemon is no more, whether it was told to or not.</summary>
    internal void OnEnded()
    {
        List<Action> due;
        lock (_callbacks)
        {
            _isTerminated = true;
            Hold(new MembershipState(Gossip.Empty, SelfUniqueAddress));
            _ended.TrySetResult();
            (due, _onRemoved) = (_onRemoved, []);
        }

        SelfExiting.TrySetResult();
        Run(due);
    }

    private Task WhenUp(Action join, CancellationToken token)
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = token.Register(() => up.TrySetException(
            new ClusterJoinFailedException("Node has not managed to join the cluster before provided timeout")));
        RegisterOnMemberUp(() => up.TrySetResult());
        RegisterOnMemberRemoved(() => up.TrySetException(
            new ClusterJoinFailedException("Node has been removed from the cluster before it was up")));
        join();
        _ = up.Task.ContinueWith(_ => registration.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return up.Task;
    }

    private void Run(List<Action> callbacks)
    {
        foreach (var callback in callbacks)
        {
            try
            {
                callback();
            }
#pragma warning disable CA1031 // One caller's mistake must not keep the others from being called.
            catch (Exception cause)
#pragma warning restore CA1031
            {
                _log.Error(cause, "A callback registered with the cluster failed");
            }
        }
    }

    /// <summary>An address without host and port means this node.</summary>
    private Address FillLocal(Address address) =>
        string.IsNullOrEmpty(address.Host) && address.System == SelfAddress.System ? SelfAddress : address;
}
