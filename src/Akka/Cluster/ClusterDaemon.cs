#nullable enable
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>
/// One node's part in the membership: it holds the gossip, joins, passes it on, and acts as the leader when it is the leader.
/// Everything that is decided is decided by <see cref="Gossip"/>, <see cref="MembershipState"/> and <see cref="LeaderActions"/>; this
/// actor brings them mail and time and carries out the result.
/// </summary>
/// <remarks>
/// <b>Nothing waits for a tick that need not.</b> A change made here is sent at once to the other members; whoever receives it
/// answers that it has seen it; whoever thereby learns that all agree tells the leader; and the leader acts as soon as it
/// knows. A step of the membership thus takes about two round trips. The periodic gossip and leader actions remain, and repair
/// whatever was lost on the way.
/// </remarks>
internal sealed partial class ClusterDaemon : UntypedActor
{
    /// <summary>To how many members a change is sent at once; in a larger cluster the rest learns from the periodic gossip.</summary>
    private const int SpreadMax = 8;

    private enum Phase
    {
        /// <summary>Not a member, and not asking to be one.</summary>
        Outside,

        /// <summary>Asked for admission.</summary>
        Joining,

        Inside,

        /// <summary>The membership has ended; this incarnation can never be a member again.</summary>
        Ended,
    }

    private readonly Cluster _cluster;
    private readonly ClusterSettings _settings;
    private readonly UniqueAddress _self;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly LeaderActions.Minimum _minimum;
    private readonly List<TaskCompletionSource> _leaving = [];
    private readonly Dictionary<Address, IActorRef> _daemons = [];

    private IActorRef _publisher = ActorRefs.Nobody;
    private IActorRef _heartbeats = ActorRefs.Nobody;
    private MembershipState _state;
    private ImmutableHashSet<UniqueAddress> _exitingConfirmed = [];
    private Phase _phase;

    public ClusterDaemon(Cluster cluster)
    {
        _cluster = cluster;
        _settings = cluster.Settings;
        _self = cluster.SelfUniqueAddress;
        _minimum = new LeaderActions.Minimum(_settings.MinNrOfMembers, _settings.MinNrOfMembersOfRole);
        _state = new MembershipState(Gossip.Empty, _self);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _log.Error(cause, "Cluster Node [{0}] - A part of the cluster failed, the node ends its membership", _self.Address);
        Self.Tell(new ClusterCommand.Shutdown(), ActorRefs.NoSender);
        return Directive.Stop;
    });

    /// <summary>A daemon that failed has lost what it knew: the membership ends, it does not start anew under the same uid.</summary>
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PostStop()
    {
        var failed = _phase == Phase.Inside && !_cluster.IsTerminated;
        _phase = Phase.Ended;
        _reaperTicks?.Cancel();
        StopGossipTicks();
        _retryJoin?.Cancel();
        _giveUpJoining?.Cancel();
        foreach (var left in _leaving)
            left.TrySetResult();
        _cluster.OnEnded();
        if (failed) RunShutdown(CoordinatedShutdown.ClusterDowningReason.Instance, _settings.RunCoordinatedShutdownWhenDown);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterTick tick:
                OnTick(tick);
                break;
            case ClusterMessage.GossipEnvelope envelope:
                OnGossip(envelope);
                break;
            case ClusterMessage.GossipStatus status:
                OnGossipStatus(status);
                break;
            case IClusterMessage between:
                OnMessage(between);
                break;
            case ClusterCommand.Subscribe or ClusterCommand.Unsubscribe or ClusterCommand.SendState:
                _publisher.Forward(message);
                break;
            default:
                OnCommand(message);
                break;
        }
    }

    private void OnMessage(IClusterMessage message)
    {
        switch (message)
        {
            case ClusterMessage.InitJoin:
                OnInitJoin();
                break;
            case ClusterMessage.Join join:
                OnJoin(join, Sender);
                break;
            case ClusterMessage.Welcome welcome:
                OnWelcome(welcome);
                break;
            case ClusterMessage.ExitingConfirmed confirmed:
                OnExitingConfirmed(confirmed.Node);
                break;
            default:
                Unhandled(message); // An answer to a seed node process that is no more.
                break;
        }
    }

    private void OnCommand(object message)
    {
        switch (message)
        {
            case ClusterCommand.Begin:
                Begin();
                break;
            case ClusterCommand.JoinTo join:
                JoinTo(join.Address);
                break;
            case ClusterCommand.JoinSeeds join:
                JoinSeeds(join.SeedNodes);
                break;
            case ClusterCommand.SeedFound found:
                OnSeedFound(found.Address);
                break;
            case ClusterCommand.Leave leave:
                OnLeave(leave.Address);
                break;
            case ClusterCommand.LeaveSelf leave:
                OnLeaveSelf(leave.Left);
                break;
            case ClusterCommand.Down down:
                OnDown(down.Address);
                break;
            case ClusterCommand.ExitingCompleted completed:
                OnExitingCompleted(completed.Confirmed);
                break;
            case ClusterCommand.Shutdown:
                _cluster.Shutdown();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnTick(ClusterTick tick)
    {
        if (tick == ClusterTick.Gossip) OnGossipTick();
        else if (tick == ClusterTick.ExtraGossip) GossipToOne();
        else if (tick == ClusterTick.Leader) OnLeaderTick();
        else if (tick == ClusterTick.Reap) Reap();
        else if (tick == ClusterTick.RetryJoin) OnRetryJoin();
        else if (tick == ClusterTick.GiveUpJoining) OnGiveUpJoining();
    }

    private void Begin()
    {
        _publisher = StartChild(Props.Create(() => new ClusterEventPublisher(_cluster)), "publisher");
        _heartbeats = StartChild(Props.Create(() => new HeartbeatSender(_cluster)), "heartbeat-sender");
        StartChild(Props.Create(() => new HeartbeatReceiver(_cluster)), "heartbeat-receiver");
        if (_cluster.DowningProvider.DowningActorProps is { } downing) StartChild(downing, "downing");

        StartTicks(_settings.PeriodicTasksInitialDelay);
        if (_settings.SeedNodes.IsEmpty)
            _log.Info("Cluster Node [{0}] - No seed-nodes configured, manual cluster join required", _self.Address);
        else
            Self.Tell(new ClusterCommand.JoinSeeds(_settings.SeedNodes), Self);
    }

    /// <summary>Makes a change of this node's own: holds it as a new version, sends it out, and acts on it if nobody need agree.</summary>
    private void Change(Gossip next)
    {
        if (_phase != Phase.Inside || ReferenceEquals(next, _state.Gossip)) return;
        Hold(next.ChangedBy(_self));
        if (_phase == Phase.Ended) return;
        Spread();
        Lead();
    }

    /// <summary>From now on this is what the node knows: publish it, watch accordingly, see what it means for the node.</summary>
    private void Hold(Gossip next)
    {
        var before = _state;
        _state = new MembershipState(next, _self);
        _cluster.Hold(_state);
        if (!ReferenceEquals(before.Gossip.Members, next.Members)) OnMembersChanged(before.Gossip, next);
        if (!ReferenceEquals(before.Gossip.Members, next.Members) || !ReferenceEquals(before.Gossip.Reachability, next.Reachability))
        {
            var others = next.Members.Select(m => m.UniqueAddress).Where(node => !node.Equals(_self)).ToImmutableArray();
            _heartbeats.Tell(new ClusterCommand.Watchable(others, [.. others.Where(_state.IsUnreachable)]), Self);
            _publisher.Tell(new ClusterCommand.Publish(_state), Self);
        }

        OnOwnStatus(before.SelfMember?.Status, _state.SelfMember?.Status);
        if (_phase != Phase.Ended) KeepPace();
    }

    private void OnMembersChanged(Gossip before, Gossip after)
    {
        foreach (var member in before.Members)
        {
            if (after.HasMember(member.UniqueAddress)) continue;
            _exitingConfirmed = _exitingConfirmed.Remove(member.UniqueAddress);
            _daemons.Remove(member.Address);
            Log("Member removed [{0}], it was {1}", member.Address, member.Status);
        }

        foreach (var (address, waiting) in _waitingForPredecessor.ToArray())
        {
            if (after.Members.Any(m => m.Address.Equals(address))) continue;
            _waitingForPredecessor.Remove(address);
            Self.Tell(waiting.Join, waiting.Sender);
        }
    }

    private void OnOwnStatus(MemberStatus? before, MemberStatus? now)
    {
        if (before == now) return;
        if (now is MemberStatus.Leaving or MemberStatus.Exiting or MemberStatus.Down)
        {
            foreach (var left in _leaving)
                left.TrySetResult();
            _leaving.Clear();
        }

        if (now == MemberStatus.Exiting)
        {
            _cluster.SelfExiting.TrySetResult();
            Spread();
            RunShutdown(CoordinatedShutdown.ClusterLeavingReason.Instance, isWanted: true);
        }
        else if (now == MemberStatus.Down)
        {
            _log.Warning("Cluster Node [{0}] - Node has been marked as Down. Shutting down myself", _self.Address);

            // The others should hear that this node knows, and stop waiting for it.
            Spread();
            _phase = Phase.Ended;
            _cluster.Shutdown();
            RunShutdown(CoordinatedShutdown.ClusterDowningReason.Instance, _settings.RunCoordinatedShutdownWhenDown);
        }
    }

    private static void RunShutdown(CoordinatedShutdown.Reason reason, bool isWanted)
    {
        if (isWanted) _ = CoordinatedShutdown.Get(Context.System).Run(reason);
    }

    private IActorRef StartChild(Props props, string name) => Context.ActorOf(props.WithDispatcher(_settings.UseDispatcher), name);

    private IActorRef DaemonAt(Address address)
    {
        if (!_daemons.TryGetValue(address, out var daemon)) _daemons[address] = daemon = _cluster.RefOn(address, ClusterPaths.Daemon);
        return daemon;
    }

    private void Log(string what, params object[] args)
    {
        if (_settings.LogInfo) _log.Info($"Cluster Node [{_self.Address}] - {string.Format(null, what, args)}");
    }
}
