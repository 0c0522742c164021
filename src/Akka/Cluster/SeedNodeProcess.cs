#nullable enable
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>
/// Looks among the seed nodes for a cluster to join and tells the daemon where to ask for admission.
/// <para>
/// The node that is the first of the list asks the others every second, or more often when there is little time. When all of
/// them answer that they know of no cluster, or nobody has named one within <c>seed-node-timeout</c>, it founds one. Every other
/// node asks all, again every <c>seed-node-timeout</c>, for as long as it takes: only the first may found, or two clusters could
/// arise.
/// </para>
/// <para>
/// A question that came before its receiver listened is lost. So the first asks whoever asks it, and who is asked by the first asks back.
/// </para>
/// </summary>
internal sealed class SeedNodeProcess : UntypedActor
{
    private static readonly TimeSpan FirstAsksEvery = TimeSpan.FromSeconds(1);

    private readonly Cluster _cluster;
    private readonly ImmutableList<Address> _others;
    private readonly bool _isFirst;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<Address> _knowOfNone = [];
    private readonly HashSet<Address> _askedBack = [];
    private readonly Address _first;
    private readonly long _deadline;
    private ICancelable? _ticks;
    private bool _found;

    public SeedNodeProcess(Cluster cluster, ImmutableList<Address> seedNodes)
    {
        _cluster = cluster;
        _first = seedNodes[0];
        _isFirst = _first.Equals(cluster.SelfAddress);
        _others = seedNodes.RemoveAll(address => address.Equals(cluster.SelfAddress));
        _deadline = Environment.TickCount64 + (long)cluster.Settings.SeedNodeTimeout.TotalMilliseconds;
    }

    protected override void PreStart()
    {
        // One question may get lost while the connection is made; with a short timeout a second cluster would be founded.
        var timeout = _cluster.Settings.SeedNodeTimeout;
        var interval = !_isFirst ? timeout : timeout / 4 < FirstAsksEvery ? timeout / 4 : FirstAsksEvery;
        _ticks = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(TimeSpan.Zero, interval, Self, ClusterTick.AskSeeds, Self);
    }

    protected override void PostStop() => _ticks?.Cancel();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterTick:
                Ask();
                break;
            case ClusterMessage.InitJoinAck ack:
                Found(ack.Address);
                break;
            case ClusterMessage.InitJoinNack nack:
                OnNack(nack.Address);
                break;
            case ClusterCommand.AskedBy asked:
                OnAsked(asked.Address);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Ask()
    {
        if (_found) return;
        if (_isFirst && Environment.TickCount64 >= _deadline)
        {
            Found(_cluster.SelfAddress);
            return;
        }

        _askedBack.Clear();
        foreach (var address in _others)
            Ask(address);
    }

    private void Ask(Address address) => _cluster.RefOn(address, ClusterPaths.Daemon).Tell(new ClusterMessage.InitJoin(), Self);

    /// <summary>Who asks is there. It is asked back once between two rounds of questions, or two nodes would never stop asking.</summary>
    private void OnAsked(Address by)
    {
        if (!_found && (_isFirst || by.Equals(_first)) && _others.Contains(by) && _askedBack.Add(by)) Ask(by);
    }

    private void OnNack(Address from)
    {
        if (!_isFirst || !_others.Contains(from)) return;
        _knowOfNone.Add(from);
        if (_knowOfNone.Count == _others.Distinct().Count()) Found(_cluster.SelfAddress);
    }

    private void Found(Address address)
    {
        if (_found) return;
        _found = true;
        _ticks?.Cancel();
        _log.Debug("Cluster Node [{0}] - Found a cluster to join at [{1}]", _cluster.SelfAddress, address);
        Context.Parent.Tell(new ClusterCommand.SeedFound(address), Self);
    }
}
