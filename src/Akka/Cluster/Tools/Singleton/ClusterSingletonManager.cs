using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>
/// Runs one actor on one member of the cluster: on the oldest with the role. A manager of the same name must run on every such
/// member; together they see to it that the next oldest starts the singleton when the oldest leaves, after it has ended there, or
/// when the oldest has been removed.
/// </summary>
/// <remarks>
/// There is at most one singleton in what considers itself one cluster. While a network is broken and nobody has been downed, and
/// when two clusters were founded, there may be two: what must never happen twice needs a fence of its own.
/// </remarks>
public sealed partial class ClusterSingletonManager : FSM<ClusterSingletonState, IClusterSingletonData>
{
    private readonly Props _singletonProps;
    private readonly object _terminationMessage;
    private readonly ClusterSingletonManagerSettings _settings;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TimeSpan _removalMargin;
    private readonly int _handOverRetriesMax;
    private readonly int _takeOverRetriesMax;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TaskCompletionSource> _handedOver = [];
    private Seniority _seniority;
    private ICancelable _retry;
    private int _retries;
    private bool _isEnding;

    /// <summary>A manager for the singleton that <paramref name="singletonProps"/> makes.</summary>
    /// <exception cref="ArgumentException">This node does not have the role.</exception>
    public ClusterSingletonManager(Props singletonProps, object terminationMessage, ClusterSingletonManagerSettings settings)
    {
        if (!string.IsNullOrEmpty(settings.Role) && !_cluster.SelfRoles.Contains(settings.Role))
        {
            throw new ArgumentException(
                $"This cluster member [{_cluster.SelfAddress}] doesn't have the role [{settings.Role}]", nameof(settings));
        }

        _singletonProps = singletonProps;
        _terminationMessage = terminationMessage;
        _settings = settings;
        _seniority = Seniority.Of(_cluster.SelfUniqueAddress);
        _removalMargin = settings.RemovalMargin > TimeSpan.Zero ? settings.RemovalMargin : _cluster.DowningProvider.DownRemovalMargin;
        var retriesMin = Context.System.Settings.Config.GetInt("akka.cluster.singleton.min-number-of-hand-over-retries");
        _handOverRetriesMax = Math.Max(retriesMin, (int)(_removalMargin / settings.HandOverRetryInterval) + 3);
        _takeOverRetriesMax = Math.Max(1, _handOverRetriesMax - 3);
        GoTo(ClusterSingletonState.Start, SingletonData.None.Instance);
    }

    private sealed record MarginOver(UniqueAddress Node) : INoSerializationVerificationNeeded;

    private sealed record TellWhenHandedOver(TaskCompletionSource HandedOver) : INoSerializationVerificationNeeded;

    private sealed class Retry : INoSerializationVerificationNeeded
    {
        public static readonly Retry Instance = new();
    }

    /// <summary>The reference configuration of <c>akka.cluster.singleton</c>.</summary>
    public static Config DefaultConfig() => SingletonReference.Config;

    /// <summary>How to make a manager whose singleton is ended by a <see cref="PoisonPill"/>.</summary>
    public static Props Props(Props singletonProps, ClusterSingletonManagerSettings settings) =>
        Props(singletonProps, PoisonPill.Instance, settings);

    /// <summary>How to make a manager whose singleton stops itself when it is told <paramref name="terminationMessage"/>.</summary>
    public static Props Props(Props singletonProps, object terminationMessage, ClusterSingletonManagerSettings settings) =>
        Akka.Actor.Props.Create(() => new ClusterSingletonManager(singletonProps, terminationMessage, settings))
            .WithDispatcher(SingletonReference.Dispatcher);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.ClusterShuttingDown));
        CoordinatedShutdown.Get(Context.System)
            .AddTask(CoordinatedShutdown.PhaseClusterExiting, "wait-singleton-exiting", WhenHandedOver(Self));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _retry?.Cancel();
        _cluster.Unsubscribe(Self);
        _stopped.TrySetResult();
    }

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case ClusterEvent.CurrentClusterState state:
                OnState(state);
                break;
            case ClusterEvent.IMemberEvent change:
                OnMember(change);
                break;
            case ClusterEvent.ClusterShuttingDown:
                OnMembershipEnded();
                break;
            case MarginOver over:
                _seniority = _seniority.Forget(over.Node);
                break;
            case TellWhenHandedOver tell:
                _handedOver.Add(tell.HandedOver);
                break;
            case Retry:
                OnRetry();
                break;
            case Terminated terminated:
                OnTerminated(terminated.ActorRef);
                break;
            case IClusterSingletonMessage between:
                OnManager(between);
                break;
            default:
                return false;
        }

        Advance();
        return true;
    }

    private void OnState(ClusterEvent.CurrentClusterState state)
    {
        foreach (var member in state.Members)
        {
            if (!IsCandidate(member) || member.UpNumber == Member.NotUpYet) continue;
            _seniority = _seniority.Add(member);
            if (member.Status == MemberStatus.Exiting) _seniority = _seniority.Exits(member.UniqueAddress);
        }

        GoTo(ClusterSingletonState.Younger, SingletonData.None.Instance);
    }

    private void OnMember(ClusterEvent.IMemberEvent change)
    {
        var member = change.Member;
        if (!IsCandidate(member)) return;

        // Whoever was Up before this node is older, even one that is first heard of when it leaves already.
        if (!_seniority.IsMember && member.UpNumber != Member.NotUpYet) _seniority = _seniority.Add(member);
        switch (change)
        {
            case ClusterEvent.MemberUp:
                _seniority = _seniority.Add(member);
                break;
            case ClusterEvent.MemberExited:
                _seniority = _seniority.Exits(member.UniqueAddress);
                break;
            case ClusterEvent.MemberRemoved when member.UniqueAddress.Equals(_cluster.SelfUniqueAddress):
                OnMembershipEnded();
                break;
            case ClusterEvent.MemberRemoved:
                OnRemoved(member.UniqueAddress);
                break;
        }
    }

    /// <summary>What ran on the removed member may be taken over after the margin, in which it can notice its removal.</summary>
    private void OnRemoved(UniqueAddress node)
    {
        if (_removalMargin <= TimeSpan.Zero)
        {
            _seniority = _seniority.Forget(node);
            return;
        }

        if (!_seniority.Members.Any(m => m.UniqueAddress.Equals(node))) return; // It has handed over and is forgotten.
        _seniority = _seniority.IsRemoved(node);
        Context.System.Scheduler.ScheduleTellOnce(_removalMargin, Self, new MarginOver(node), Self);
    }

    private bool IsCandidate(Member member) => string.IsNullOrEmpty(_settings.Role) || member.HasRole(_settings.Role);

    private void StartSingleton()
    {
        _log.Info("Singleton manager starting singleton actor [{0}/{1}]", Self.Path, _settings.SingletonName);
        var singleton = Context.Watch(Context.ActorOf(_singletonProps, _settings.SingletonName));
        GoTo(ClusterSingletonState.Oldest, new SingletonData.Running(singleton));
    }

    /// <summary>The task of the coordinated shutdown; it must not touch the actor, which may be gone by then.</summary>
    private Func<Task<Done>> WhenHandedOver(IActorRef self)
    {
        var (cluster, stopped) = (_cluster, _stopped.Task);
        return async () =>
        {
            if (cluster.IsTerminated || stopped.IsCompleted || cluster.SelfMember.Status is MemberStatus.Down or MemberStatus.Removed)
                return Done.Instance;
            var handedOver = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            self.Tell(new TellWhenHandedOver(handedOver), ActorRefs.NoSender);
            await Task.WhenAny(handedOver.Task, stopped, cluster.Ended).ConfigureAwait(false);
            return Done.Instance;
        };
    }
}
