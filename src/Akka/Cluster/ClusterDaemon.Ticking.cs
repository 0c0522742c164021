#nullable enable
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>
/// When the periodic work is done. While everybody is Up, reachable and has seen the same, the gossip only has to show that nobody
/// missed anything and the leader has nothing to do: short intervals are then stretched, for an idle cluster should cost nothing.
/// </summary>
internal sealed partial class ClusterDaemon
{
    /// <summary>How long, at most, nobody is reminded of what everybody knows already.</summary>
    private static readonly TimeSpan QuietMax = TimeSpan.FromSeconds(1);

    private ICancelable? _gossipTicks;
    private ICancelable? _leaderTicks;
    private ICancelable? _reaperTicks;
    private bool _isQuiet;

    private void StartTicks(TimeSpan first)
    {
        StartGossipTicks(first, _settings.GossipInterval, _settings.LeaderActionsInterval);
        var reaping = _settings.UnreachableNodesReaperInterval;
        var scheduler = Context.System.Scheduler;

        // The scheduler looks, which is quickly done; the actor runs only when there is something to see.
        var self = Self;
        _reaperTicks = scheduler.Advanced.ScheduleRepeatedlyCancelable(
            Rhythm.DelayOf(scheduler, Longer(first, reaping), reaping), reaping, () => LookAround(self));
    }

    /// <summary>Called whenever this node has learned something.</summary>
    private void KeepPace()
    {
        var gossip = _state.Gossip;
        var isQuiet = _phase == Phase.Inside
            && gossip.Seen.Count == gossip.Members.Count
            && gossip.Members.All(m => m.Status == MemberStatus.Up && !_state.IsUnreachable(m.UniqueAddress));
        if (isQuiet == _isQuiet) return;

        _isQuiet = isQuiet;
        StopGossipTicks();
        var atLeast = isQuiet ? QuietMax : TimeSpan.Zero;
        StartGossipTicks(TimeSpan.Zero, Longer(_settings.GossipInterval, atLeast), Longer(_settings.LeaderActionsInterval, atLeast));
    }

    private void StartGossipTicks(TimeSpan first, TimeSpan gossiping, TimeSpan leading)
    {
        var scheduler = Context.System.Scheduler;
        _gossipTicks = scheduler.ScheduleTellRepeatedlyCancelable(
            Delay(first, gossiping), gossiping, Self, ClusterTick.Gossip, Self);
        _leaderTicks = scheduler.ScheduleTellRepeatedlyCancelable(Delay(first, leading), leading, Self, ClusterTick.Leader, Self);

        // A new rhythm starts in step with the others only when there is no hurry.
        TimeSpan Delay(TimeSpan least, TimeSpan interval) =>
            _isQuiet ? Rhythm.DelayOf(scheduler, interval, interval) : Longer(least, interval);
    }

    private void StopGossipTicks()
    {
        _gossipTicks?.Cancel();
        _leaderTicks?.Cancel();
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
