#nullable enable
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Cluster;

/// <summary>
/// Sends heartbeats to the members that this node watches and feeds the answers to the failure detector, from which the
/// daemon reads who cannot be reached. An actor of its own, so that a long gossip does not delay a heartbeat.
/// </summary>
internal sealed class HeartbeatSender : UntypedActor, INeverWaits
{
    private readonly Cluster _cluster;
    private readonly Dictionary<UniqueAddress, IActorRef> _watched = [];
    private readonly Dictionary<UniqueAddress, ICancelable> _expected = [];
    private ICancelable? _ticks;
    private long _sequence;

    public HeartbeatSender(Cluster cluster) => _cluster = cluster;

    private sealed record ExpectedFirst(UniqueAddress From) : INoSerializationVerificationNeeded;

    protected override void PreStart()
    {
        var settings = _cluster.Settings;
        var first = settings.PeriodicTasksInitialDelay > settings.HeartbeatInterval
            ? settings.PeriodicTasksInitialDelay
            : settings.HeartbeatInterval;
        var scheduler = Context.System.Scheduler;
        var self = Self;
        _ticks = scheduler.Advanced.ScheduleRepeatedlyCancelable(
            Rhythm.DelayOf(scheduler, first, settings.HeartbeatInterval),
            settings.HeartbeatInterval,
            () => ReadingTurn.TellHere(self, ClusterTick.Heartbeat));
    }

    protected override void PostStop()
    {
        _ticks?.Cancel();
        foreach (var node in _watched.Keys)
            Forget(node);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterTick:
                Beat();
                break;
            case ClusterMessage.HeartbeatRsp answer:
                OnAnswer(answer.From);
                break;
            case ExpectedFirst expected:
                OnExpectedFirst(expected.From);
                break;
            case ClusterCommand.Watchable watchable:
                OnWatchable(watchable);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnWatchable(ClusterCommand.Watchable watchable)
    {
        var next = HeartbeatRing.WatchedBy(
            _cluster.SelfUniqueAddress, watchable.Nodes, watchable.Unreachable, _cluster.Settings.MonitoredByNrOfMembers).ToHashSet();

        // Whom this node itself no longer hears it keeps watching, or nobody would ever take that back.
        foreach (var node in _watched.Keys)
        {
            if (watchable.Nodes.Contains(node) && !_cluster.FailureDetector.IsAvailable(node.Address)) next.Add(node);
        }

        foreach (var node in _watched.Keys.Where(node => !next.Contains(node)).ToArray())
        {
            _watched.Remove(node);
            Forget(node);

            // A new incarnation at the same address begins with a clean record.
            if (!next.Any(other => other.Address.Equals(node.Address))) _cluster.FailureDetector.Remove(node.Address);
        }

        foreach (var node in next)
        {
            if (!_watched.ContainsKey(node)) Watch(node);
        }
    }

    private void Watch(UniqueAddress node)
    {
        _cluster.FailureDetector.Remove(node.Address);
        _watched[node] = _cluster.RefOn(node.Address, ClusterPaths.HeartbeatReceiver);

        // The first heartbeat goes at once: the sooner the first answer, the sooner a silence can be noticed.
        Beat(node, _watched[node]);
    }

    private void Beat()
    {
        _sequence++;
        foreach (var (node, receiver) in _watched)
            Beat(node, receiver);
    }

    private void Beat(UniqueAddress node, IActorRef receiver)
    {
        if (!_cluster.FailureDetector.IsMonitoring(node.Address) && !_expected.ContainsKey(node))
        {
            _expected[node] = Context.System.Scheduler.ScheduleTellOnceCancelable(
                _cluster.Settings.HeartbeatExpectedResponseAfter, Self, new ExpectedFirst(node), Self);
        }

        receiver.Tell(new ClusterMessage.Heartbeat(_cluster.SelfAddress, _sequence), Self);
    }

    private void OnAnswer(UniqueAddress from)
    {
        if (!_watched.ContainsKey(from)) return; // Of an earlier incarnation, or no longer watched.
        Forget(from);
        _cluster.FailureDetector.Heartbeat(from.Address);
    }

    /// <summary>A node that never answers must become suspect too: its first heartbeat is taken as given, the next ones not.</summary>
    private void OnExpectedFirst(UniqueAddress from)
    {
        _expected.Remove(from);
        if (_watched.ContainsKey(from) && !_cluster.FailureDetector.IsMonitoring(from.Address))
            _cluster.FailureDetector.Heartbeat(from.Address);
    }

    private void Forget(UniqueAddress node)
    {
        if (_expected.Remove(node, out var timer)) timer.Cancel();
    }
}

/// <summary>Answers the heartbeats of those who watch this node.</summary>
internal sealed class HeartbeatReceiver : UntypedActor, INeverWaits
{
    private readonly UniqueAddress _self;

    public HeartbeatReceiver(Cluster cluster) => _self = cluster.SelfUniqueAddress;

    protected override void OnReceive(object message)
    {
        if (message is ClusterMessage.Heartbeat heartbeat)
            Sender.Tell(new ClusterMessage.HeartbeatRsp(_self, heartbeat.Sequence), Self);
        else
            Unhandled(message);
    }
}
