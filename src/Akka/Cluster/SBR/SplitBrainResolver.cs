#nullable enable
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster.SBR;

/// <summary>
/// Asks the strategy when who is reachable has not changed for a while, and downs whom it names. Only the leader of those who
/// reach each other acts; when there is no end of changes every node does, and everybody goes.
/// </summary>
internal sealed class SplitBrainResolver : UntypedActor
{
    /// <summary>How often the resolver looks: fixed, so that the times between decision and take-over can be relied upon.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly Cluster _cluster;
    private readonly DowningStrategy _strategy;
    private readonly long _stableAfter;
    private readonly long _unstableAfter;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ICancelable? _ticks;
    private long _changedAt = Environment.TickCount64;
    private long? _unstableSince;
    private ImmutableHashSet<UniqueAddress> _unreachable = [];

    public SplitBrainResolver(Cluster cluster, DowningStrategy strategy, TimeSpan stableAfter, TimeSpan downAllWhenUnstable)
    {
        _cluster = cluster;
        _strategy = strategy;
        _stableAfter = (long)stableAfter.TotalMilliseconds;
        _unstableAfter = downAllWhenUnstable > TimeSpan.Zero ? (long)(stableAfter + downAllWhenUnstable).TotalMilliseconds : long.MaxValue;
    }

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self,
            ClusterEvent.InitialStateAsEvents,
            typeof(ClusterEvent.ReachabilityEvent),
            typeof(ClusterEvent.MemberDowned),
            typeof(ClusterEvent.MemberUp),
            typeof(ClusterEvent.MemberExited));
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        var scheduler = Context.System.Scheduler;
        _ticks = scheduler.ScheduleTellRepeatedlyCancelable(
            Rhythm.DelayOf(scheduler, TickInterval, TickInterval), TickInterval, Self, Tick.Instance, Self);
    }

    protected override void PostStop()
    {
        _ticks?.Cancel();
        Context.System.EventStream.Unsubscribe(Self);
        _cluster.Unsubscribe(Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tick:
                OnTick(Environment.TickCount64);
                break;
            case ClusterEvent.ReachabilityEvent:
                OnReachabilityChanged(Partition.Of(_cluster.Membership), Environment.TickCount64);
                break;
            case ClusterEvent.IMemberEvent:
                _changedAt = Environment.TickCount64;
                break;
            case ThisActorSystemQuarantinedEvent quarantined:
                OnQuarantinedBy(quarantined.RemoteAddress);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnReachabilityChanged(Partition partition, long now)
    {
        _unreachable = partition.Unreachable;
        _unstableSince ??= now;
        _changedAt = now;
    }

    /// <summary>
    /// A member that refuses this node for good has seen it removed, as when this node was frozen while the others went on. It
    /// learns so here before it could take them for the ones that are gone. Where the two are all there are, neither is the others: which
    /// of them goes is for the strategy to say, as of any break between them, or both would.
    /// </summary>
    private void OnQuarantinedBy(Address remote)
    {
        var partition = Partition.Of(_cluster.Membership);
        if (!partition.Members.Any(m => m.Address.Equals(remote))) return;
        var self = _cluster.SelfUniqueAddress;
        if (partition.Members.Length == 2 && !_strategy.Judge(partition.BrokenFor(self)).Contains(self))
        {
            _log.Warning("SBR keeps this node although the member at [{0}] has quarantined it: of the two this one stays", remote);
            return;
        }

        _log.Warning("SBR downs this node: the member at [{0}] has quarantined it", remote);
        Down([self]);
    }

    private void OnTick(long now)
    {
        var membership = _cluster.Membership;
        if (membership.SelfMember is null or { Status: MemberStatus.Down }) return;
        var partition = Partition.Of(membership);

        // The membership may be ahead of the events: a change must be waited out even if the tick is the first to see it.
        if (!partition.Unreachable.SetEquals(_unreachable)) OnReachabilityChanged(partition, now);
        if (partition.Unreachable.IsEmpty && partition.IndirectlyConnected.IsEmpty)
        {
            _unstableSince = null;
        }
        else if (_unstableSince is { } since && now - since > _unstableAfter)
        {
            _log.Warning("SBR found that the reachability of members does not settle: all members are downed");
            Down(partition.Members.Select(m => m.UniqueAddress));
        }
        else if (now - _changedAt >= _stableAfter && membership.IsLeader)
        {
            var condemned = _strategy.Judge(partition);
            _log.Warning(
                "SBR took decision {0} and is downing [{1}]; unreachable were [{2}], indirectly connected [{3}]",
                _strategy.GetType().Name, string.Join(", ", condemned), string.Join(", ", partition.Unreachable),
                string.Join(", ", partition.IndirectlyConnected));
            Down(condemned);
        }
    }

    /// <summary>This node last: once it is Down it can tell nobody of the others.</summary>
    private void Down(IEnumerable<UniqueAddress> nodes)
    {
        foreach (var node in nodes.OrderBy(node => node.Equals(_cluster.SelfUniqueAddress)))
            _cluster.Down(node.Address);
        _changedAt = Environment.TickCount64;
    }
}
