#nullable enable

namespace Akka.Cluster;

/// <summary>How what a node knows reaches the others.</summary>
internal sealed partial class ClusterDaemon
{
    private VectorClock? _agreementTold;

    private void OnGossip(ClusterMessage.GossipEnvelope envelope)
    {
        if (Ignore(envelope)) return;

        var remote = envelope.Gossip.Bury(_state.Gossip.Tombstones);
        var local = _state.Gossip.Bury(remote.Tombstones);
        var order = remote.Version.CompareTo(local.Version);
        var next = order switch
        {
            VersionOrder.Same => local.WithSeen(remote.Seen),
            VersionOrder.Before => _state.Gossip,
            VersionOrder.After => remote,
            VersionOrder.Concurrent => local.Merge(remote),
            _ => throw new ArgumentOutOfRangeException(nameof(envelope), order, "Not an order of versions."),
        };
        if (!next.HasMember(_self)) return; // Removed by the others: the remoting tells this node of its quarantine.

        next = next.WithSeen(_self);
        if (!ReferenceEquals(next, _state.Gossip)) Hold(next);
        if (_phase != Phase.Inside) return;

        // The sender learns what it lacked: the newer version, or at least that this node has seen its own.
        if (order is VersionOrder.Before or VersionOrder.Concurrent || !envelope.Gossip.SeenBy(_self)) SendGossip(envelope.From);
        OnAgreement();
    }

    private bool Ignore(ClusterMessage.GossipEnvelope envelope)
    {
        if (_phase != Phase.Inside) return true;
        if (!envelope.To.Equals(_self)) return true; // For an earlier incarnation.
        if (!_state.Gossip.HasMember(envelope.From)) return true;
        if (!_state.IsReachableFromHere(envelope.From)) return true; // What it says may be long past; a heartbeat must come first.
        if (!envelope.Gossip.HasMember(_self)) return true;
        return _settings.GossipTimeToLive > TimeSpan.Zero
            && Environment.TickCount64 - envelope.ArrivedAt > _settings.GossipTimeToLive.TotalMilliseconds;
    }

    private void OnGossipStatus(ClusterMessage.GossipStatus status)
    {
        if (_phase != Phase.Inside || !_state.Gossip.HasMember(status.From) || !_state.IsReachableFromHere(status.From)) return;
        switch (status.Version.CompareTo(_state.Gossip.Version))
        {
            case VersionOrder.Same:
                if (_state.Gossip.SeenBy(status.From)) return;
                Hold(_state.Gossip.WithSeen(status.From));
                OnAgreement();
                break;
            case VersionOrder.After:
                SendStatus(status.From); // To which it answers with what it knows.
                break;
            default:
                SendGossip(status.From);
                break;
        }
    }

    /// <summary>The leader acts as soon as all agree, and who finds out before the leader tells it.</summary>
    private void OnAgreement()
    {
        if (_state.IsLeader)
        {
            Lead();
        }
        else if (_state.Leader is { } leader
            && !ReferenceEquals(_agreementTold, _state.Gossip.Version)
            && _state.HasConvergence(_exitingConfirmed))
        {
            _agreementTold = _state.Gossip.Version;
            SendGossip(leader);
        }
    }

    /// <summary>While many have not seen the latest, or somebody is Down, the gossip goes three times as often.</summary>
    private void OnGossipTick()
    {
        if (_phase != Phase.Inside) return;
        var gossip = _state.Gossip;
        GossipToOne();
        if (gossip.Seen.Count * 2 >= gossip.Members.Count && gossip.Members.All(m => m.Status != MemberStatus.Down)) return;
        for (var extra = 1; extra <= 2; extra++)
            Context.System.Scheduler.ScheduleTellOnce(_settings.GossipInterval * extra / 3, Self, ClusterTick.ExtraGossip, Self);
    }

    private void GossipToOne()
    {
        if (_phase != Phase.Inside) return;
        var peers = Peers().ToArray();
        if (peers.Length == 0) return;
        var behind = peers.Where(node => !_state.Gossip.SeenBy(node)).ToArray();
        var from = behind.Length > 0 && Random.Shared.NextDouble() < _settings.GossipDifferentViewProbability ? behind : peers;
        var peer = from[Random.Shared.Next(from.Length)];
        if (_state.Gossip.SeenBy(peer)) SendStatus(peer);
        else SendGossip(peer);
    }

    /// <summary>Tells the others at once. A member that was declared dead is among them: if it is alive it must learn of it.</summary>
    private void Spread()
    {
        var peers = Peers().ToArray();
        if (peers.Length > SpreadMax) Random.Shared.Shuffle(peers);
        foreach (var peer in peers.Take(SpreadMax))
            SendGossip(peer);
    }

    private IEnumerable<UniqueAddress> Peers()
    {
        foreach (var member in _state.Gossip.Members)
        {
            var node = member.UniqueAddress;
            if (!node.Equals(_self) && _state.IsReachableFromHere(node)) yield return node;
        }
    }

    private void SendGossip(UniqueAddress to) =>
        DaemonAt(to.Address).Tell(new ClusterMessage.GossipEnvelope(_self, to, _state.Gossip), Self);

    private void SendStatus(UniqueAddress to) =>
        DaemonAt(to.Address).Tell(new ClusterMessage.GossipStatus(_self, _state.Gossip.Version), Self);
}
