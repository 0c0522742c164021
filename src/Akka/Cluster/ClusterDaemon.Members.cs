#nullable enable
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>What is done to members: leading, leaving, downing, and noticing who fell silent.</summary>
internal sealed partial class ClusterDaemon
{
    private long? _disagreeingSince;

    /// <summary>Does what the leader does once all agree. A node that was declared dead must never lead, least of all itself.</summary>
    private void Lead()
    {
        if (!MayLead || !_state.HasConvergence(_exitingConfirmed)) return;
        _disagreeingSince = null;
        var next = LeaderActions.OnConvergence(_state, _exitingConfirmed, _minimum, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        LogSteps(_state.Gossip, next);
        Change(next);
    }

    private void OnLeaderTick()
    {
        Lead();
        if (!MayLead || _state.HasConvergence(_exitingConfirmed))
        {
            _disagreeingSince = null;
            return;
        }

        _disagreeingSince ??= Environment.TickCount64;
        if (!_settings.AllowWeaklyUpMembers) return;
        if (Environment.TickCount64 - _disagreeingSince < _settings.WeaklyUpAfter.TotalMilliseconds) return;
        var next = LeaderActions.WithoutConvergence(_state, _minimum);
        LogSteps(_state.Gossip, next);
        Change(next);
    }

    private bool MayLead =>
        _phase == Phase.Inside && _state.IsLeader && _state.SelfMember is { Status: not MemberStatus.Down };

    private void LogSteps(Gossip before, Gossip after)
    {
        foreach (var member in after.Members)
        {
            if (before.Find(member.UniqueAddress) is { } was && was.Status != member.Status)
                Log("Leader is moving node [{0}] from {1} to {2}", member.Address, was.Status, member.Status);
        }
    }

    private void OnLeave(Address address)
    {
        var member = _state.Gossip.Members.FirstOrDefault(m => m.Address.Equals(address));
        if (member?.Status is not (MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up)) return;
        Log("Marked address [{0}] as Leaving", address);
        Change(_state.Gossip.With(member.Copy(MemberStatus.Leaving)));
    }

    private void OnLeaveSelf(TaskCompletionSource left)
    {
        if (_phase != Phase.Inside)
        {
            StopJoining();
            _phase = Phase.Ended;
            left.TrySetResult();
            return;
        }

        if (_state.SelfMember is { Status: MemberStatus.Leaving or MemberStatus.Exiting or MemberStatus.Down })
        {
            left.TrySetResult();
            return;
        }

        _leaving.Add(left);
        OnLeave(_self.Address);
    }

    /// <summary>
    /// Declares the member dead. The verdict goes out at once, to the member as well, and when the living agree on it the leader
    /// removes the member: it does not wait until the failure detector has noticed what is known already.
    /// </summary>
    private void OnDown(Address address)
    {
        var member = _state.Gossip.Members.FirstOrDefault(m => m.Address.Equals(address));
        if (member is null)
        {
            _log.Info("Cluster Node [{0}] - Ignoring down of unknown node [{1}]", _self.Address, address);
            return;
        }

        if (member.Status == MemberStatus.Down) return;
        Log("Marking {0}node [{1}] as Down", _state.IsUnreachable(member.UniqueAddress) ? "unreachable " : "", address);
        Change(_state.Gossip.With(member.Copy(MemberStatus.Down)));
    }

    private void OnExitingConfirmed(UniqueAddress node)
    {
        if (_phase != Phase.Inside || _state.Gossip.Find(node)?.Status is not (MemberStatus.Exiting or MemberStatus.Leaving)) return;
        _exitingConfirmed = _exitingConfirmed.Add(node);
        OnAgreement();
    }

    /// <summary>
    /// Says goodbye to the others, any of which may be the leader by the time it counts, and ends the membership. Should the
    /// words be lost, the failure detector notices the silence, and an Exiting member that is silent is removed as well.
    /// </summary>
    private void OnExitingCompleted(TaskCompletionSource confirmed)
    {
        if (_phase == Phase.Inside)
        {
            foreach (var peer in Peers().Take(SpreadMax))
                DaemonAt(peer.Address).Tell(new ClusterMessage.ExitingConfirmed(_self), Self);
        }

        _phase = Phase.Ended;
        confirmed.TrySetResult();
        _cluster.Shutdown();
    }

    /// <summary>Wakes the actor when the failure detector says something new. On the scheduler's thread.</summary>
    private void LookAround(IActorRef self)
    {
        var gossip = _cluster.Membership.Gossip;
        if (!ReferenceEquals(Detected(gossip), gossip.Reachability)) self.Tell(ClusterTick.Reap, self);
    }

    private void Reap()
    {
        if (_phase != Phase.Inside) return;
        var gossip = _state.Gossip;
        var reachability = Detected(gossip);
        if (ReferenceEquals(reachability, gossip.Reachability)) return;
        LogReachability(gossip, reachability);
        Change(gossip with { Reachability = reachability });
    }

    /// <summary>What everybody says of everybody, with what this node's failure detector says now. Safe on any thread.</summary>
    private Reachability Detected(Gossip gossip)
    {
        var reachability = gossip.Reachability;
        foreach (var member in gossip.Members)
        {
            var node = member.UniqueAddress;
            if (node.Equals(_self) || member.Status == MemberStatus.Down || !_cluster.FailureDetector.IsMonitoring(node.Address)) continue;
            reachability = _cluster.FailureDetector.IsAvailable(node.Address)
                ? reachability.Reachable(_self, node)
                : reachability.Unreachable(_self, node);
        }

        return reachability;
    }

    private void LogReachability(Gossip gossip, Reachability after)
    {
        foreach (var member in gossip.Members)
        {
            var node = member.UniqueAddress;
            var was = gossip.Reachability.Said(_self, node);
            var now = after.Said(_self, node);
            if (was == now) continue;
            if (now is null)
                _log.Info("Cluster Node [{0}] - Marking node as REACHABLE [{1}]", _self.Address, member);
            else
                _log.Warning("Cluster Node [{0}] - Marking node as UNREACHABLE [{1}]", _self.Address, member);
        }
    }
}
