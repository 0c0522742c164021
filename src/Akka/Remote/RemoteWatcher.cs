#nullable enable
using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>
/// Watches remote actors on behalf of local ones: one watch per actor crosses the network. It sends heartbeats to the nodes of those
/// it watches, and when a phi accrual detector gives up a node it reports all actors there as terminated (about 11.6 s after the
/// last heartbeat with the defaults) and quarantines that incarnation of the node. It rests while nothing is watched.
/// </summary>
internal class RemoteWatcher : UntypedActor, IWithTimers
{
    private const string HeartbeatTimer = "heartbeat";
    private const string ReaperTimer = "reaper";

    private readonly RemoteSettings _settings;
    private readonly RemoteActorRefProvider _provider;
    private readonly DefaultFailureDetectorRegistry<Address> _failureDetector;
    private readonly Dictionary<InternalActorRef, HashSet<InternalActorRef>> _watchers = [];
    private readonly Dictionary<Address, HashSet<InternalActorRef>> _watcheesByNode = [];
    private readonly HashSet<Address> _monitored = [];
    private readonly HashSet<Address> _unreachable = [];
    private readonly Dictionary<Address, int> _uids = [];

    /// <param name="settings">Of the <c>watch-failure-detector</c>.</param>
    /// <param name="provider">Whose actors watch.</param>
    public RemoteWatcher(RemoteSettings settings, RemoteActorRefProvider provider)
    {
        _settings = settings;
        _provider = provider;
        var system = Context.System;
        var config = settings.WatchFailureDetectorConfig;
        _failureDetector = new DefaultFailureDetectorRegistry<Address>(
            () => FailureDetectorLoader.Load(config.GetString("implementation-class"), config, system));
    }

    /// <summary>What remote watchers say to each other. That it does not arrive is what they are for.</summary>
    internal interface IHeartbeatMessage : IDeadLetterSuppression;

    /// <summary>A local actor wants to learn of the end of a remote one.</summary>
    internal sealed record WatchRemote(InternalActorRef Watchee, InternalActorRef Watcher);

    /// <summary>It does not any more.</summary>
    internal sealed record UnwatchRemote(InternalActorRef Watchee, InternalActorRef Watcher);

    /// <summary>Are you there?</summary>
    internal sealed record Heartbeat : IHeartbeatMessage
    {
        internal static readonly Heartbeat Instance = new();
    }

    /// <summary>Yes, and I am this incarnation.</summary>
    internal sealed record HeartbeatRsp(int AddressUid) : IHeartbeatMessage;

    private sealed record HeartbeatTick
    {
        internal static readonly HeartbeatTick Instance = new();
    }

    private sealed record ReapTick
    {
        internal static readonly ReapTick Instance = new();
    }

    private sealed record ExpectedFirstHeartbeat(Address From);

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        base.PreStart();
        Context.System.EventStream.Subscribe(Self, typeof(QuarantinedEvent));
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        base.PostStop();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Heartbeat:
                Sender.Tell(new HeartbeatRsp(_provider.Uid), Self);
                break;
            case HeartbeatRsp response:
                OnHeartbeatRsp(Sender.Path.Address, response.AddressUid);
                break;
            case HeartbeatTick:
                SendHeartbeats();
                break;
            case ReapTick:
                ReapUnreachable();
                break;
            case ExpectedFirstHeartbeat expected:
                ExpectFirstHeartbeat(expected.From);
                break;
            case WatchRemote watch:
                AddWatcher(watch.Watchee, watch.Watcher);
                break;
            case UnwatchRemote unwatch:
                RemoveWatcher(unwatch.Watchee, unwatch.Watcher);
                break;
            case Terminated terminated:
                OnTerminated(terminated);
                break;
            case QuarantinedEvent quarantined when !_uids.TryGetValue(quarantined.Address, out var uid) || uid == quarantined.Uid:
                TerminateNode(quarantined.Address);
                break;
            case QuarantinedEvent:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Starts sending heartbeats to the node. The cluster's watcher leaves out members, whom the cluster watches.</summary>
    private protected virtual void WatchNode(Address node)
    {
        if (!_monitored.Add(node))
            return;

        if (_unreachable.Remove(node))
            _failureDetector.Remove(node);
        if (_monitored.Count == 1)
        {
            Timers.StartPeriodicTimer(HeartbeatTimer, HeartbeatTick.Instance, _settings.WatchHeartbeatInterval);
            Timers.StartPeriodicTimer(ReaperTimer, ReapTick.Instance, _settings.WatchUnreachableReaperInterval);
        }

        SendHeartbeat(node);
    }

    /// <summary>Sends no more heartbeats to the node; its actors stay watched.</summary>
    private protected void UnwatchNode(Address node)
    {
        if (!_monitored.Remove(node))
            return;

        _failureDetector.Remove(node);
        _uids.Remove(node);
        if (_monitored.Count > 0)
            return;

        Timers.Cancel(HeartbeatTimer);
        Timers.Cancel(ReaperTimer);
    }

    /// <summary>All watched actors at the node count as terminated: tells their watchers.</summary>
    private protected void TerminateNode(Address node)
    {
        if (_watcheesByNode.TryGetValue(node, out var watchees))
        {
            foreach (var watchee in watchees.ToList())
            {
                Context.Unwatch(watchee);
                Notify(watchee, existenceConfirmed: false, addressTerminated: true);
                RemoveWatchee(watchee);
            }
        }

        UnwatchNode(node);
    }

    private void AddWatcher(InternalActorRef watchee, InternalActorRef watcher)
    {
        if (!_watchers.TryGetValue(watchee, out var watchers))
        {
            _watchers.Add(watchee, watchers = []);
            var node = watchee.Path.Address;
            if (!_watcheesByNode.TryGetValue(node, out var watchees))
                _watcheesByNode.Add(node, watchees = []);

            watchees.Add(watchee);
            WatchNode(node);
            Context.Watch(watchee);
        }

        watchers.Add(watcher);
    }

    private void RemoveWatcher(InternalActorRef watchee, InternalActorRef watcher)
    {
        if (!_watchers.TryGetValue(watchee, out var watchers) || !watchers.Remove(watcher) || watchers.Count > 0)
            return;

        Context.Unwatch(watchee);
        RemoveWatchee(watchee);
    }

    private void OnTerminated(Terminated terminated)
    {
        var watchee = terminated.ActorRef.AsInternal();
        Notify(watchee, terminated.ExistenceConfirmed, terminated.AddressTerminated);
        RemoveWatchee(watchee);
    }

    private void Notify(InternalActorRef watchee, bool existenceConfirmed, bool addressTerminated)
    {
        if (!_watchers.TryGetValue(watchee, out var watchers))
            return;

        foreach (var watcher in watchers)
            watcher.SendSystemMessage(new DeathWatchNotification(watchee, existenceConfirmed, addressTerminated));
    }

    private void RemoveWatchee(InternalActorRef watchee)
    {
        _watchers.Remove(watchee);
        var node = watchee.Path.Address;
        if (!_watcheesByNode.TryGetValue(node, out var watchees) || !watchees.Remove(watchee) || watchees.Count > 0)
            return;

        _watcheesByNode.Remove(node);
        UnwatchNode(node);
    }

    private void SendHeartbeats()
    {
        foreach (var node in _monitored)
        {
            if (!_unreachable.Contains(node))
                SendHeartbeat(node);
        }
    }

    private void SendHeartbeat(Address node)
    {
        if (!_failureDetector.IsMonitoring(node))
        {
            // A node that never answers must be given up too.
            Context.System.Scheduler.ScheduleTellOnce(
                _settings.WatchHeartbeatExpectedResponseAfter, Self, new ExpectedFirstHeartbeat(node), Self);
        }

        _provider.ResolveActorRef(new RootActorPath(node) / "system" / Self.Path.Name).Tell(Heartbeat.Instance, Self);
    }

    private void ExpectFirstHeartbeat(Address node)
    {
        if (_monitored.Contains(node) && !_failureDetector.IsMonitoring(node))
            _failureDetector.Heartbeat(node);
    }

    private void OnHeartbeatRsp(Address node, int uid)
    {
        if (!_monitored.Contains(node) || _unreachable.Contains(node))
            return;

        if (_uids.TryGetValue(node, out var known) && known != uid)
        {
            // The process was restarted: it answers for the actors of its predecessor that they are gone.
            foreach (var watchee in _watcheesByNode[node])
                watchee.SendSystemMessage(new Watch(watchee, (InternalActorRef)Self));
        }

        _uids[node] = uid;
        _failureDetector.Heartbeat(node);
    }

    private void ReapUnreachable()
    {
        foreach (var node in _monitored.ToList())
        {
            if (_unreachable.Contains(node) || _failureDetector.IsAvailable(node))
                continue;

            Context.GetLogger().Warning("Detected unreachable: [{0}]", node);
            int? uid = _uids.TryGetValue(node, out var known) ? known : null;
            _unreachable.Add(node);
            TerminateNode(node);
            _provider.Quarantine(node, uid);
        }
    }
}
