#nullable enable
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>How a node comes to be a member, and lets others in.</summary>
internal sealed partial class ClusterDaemon
{
    /// <summary>How many that asked too early are remembered; the others ask again by themselves.</summary>
    private const int EarlyAskersMax = 64;

    private readonly List<IActorRef> _earlyAskers = [];
    private readonly Dictionary<Address, (ClusterMessage.Join Join, IActorRef Sender)> _waitingForPredecessor = [];
    private ImmutableList<Address> _seedNodes = [];
    private IActorRef? _seedProcess;
    private Address? _joinTo;
    private ICancelable? _retryJoin;
    private ICancelable? _giveUpJoining;

    private void JoinSeeds(ImmutableList<Address> seedNodes)
    {
        if (_phase is not (Phase.Outside or Phase.Joining) || seedNodes.IsEmpty) return;
        StopJoining();
        _seedNodes = seedNodes;
        if (_giveUpJoining is null && _settings.ShutdownAfterUnsuccessfulJoinSeedNodes is { } patience)
            _giveUpJoining = Context.System.Scheduler.ScheduleTellOnceCancelable(patience, Self, ClusterTick.GiveUpJoining, Self);

        if (seedNodes.All(address => address.Equals(_self.Address)))
        {
            JoinTo(_self.Address);
            return;
        }

        var props = Props.Create(() => new SeedNodeProcess(_cluster, seedNodes)).WithDispatcher(_settings.UseDispatcher);
        _seedProcess = Context.ActorOf(props);
    }

    private void OnSeedFound(Address address)
    {
        if (_phase == Phase.Outside && Sender.Equals(_seedProcess)) JoinTo(address);
    }

    private void JoinTo(Address address)
    {
        if (_phase is not (Phase.Outside or Phase.Joining))
        {
            _log.Info("Cluster Node [{0}] - Already a member, or no more: not joining [{1}]", _self.Address, address);
            return;
        }

        if (address.Protocol != _self.Address.Protocol || address.System != _self.Address.System)
        {
            _log.Warning("Cluster Node [{0}] - Cannot join [{1}]: not an actor system of this name and protocol", _self.Address, address);
            return;
        }

        StopJoining();
        _joinTo = address;
        _phase = Phase.Joining;
        if (address.Equals(_self.Address))
        {
            Found();
            return;
        }

        DaemonAt(address).Tell(new ClusterMessage.Join(_self, _settings.Roles), Self);
        if (_settings.RetryUnsuccessfulJoinAfter is { } patience)
            _retryJoin = Context.System.Scheduler.ScheduleTellOnceCancelable(patience, Self, ClusterTick.RetryJoin, Self);
    }

    /// <summary>Founds a cluster with this node as its first member.</summary>
    private void Found()
    {
        Enter(Gossip.Empty.ChangedBy(_self));
        Log("Node joins itself and founds a cluster, roles [{0}]", string.Join(",", _settings.Roles));
        Change(_state.Gossip.With(new Member(_self, Member.NotUpYet, MemberStatus.Joining, _settings.Roles)));
        AnswerEarlyAskers();
    }

    private void OnWelcome(ClusterMessage.Welcome welcome)
    {
        if (_phase != Phase.Joining || !welcome.From.Address.Equals(_joinTo)) return; // Of an attempt given up.
        if (!welcome.Gossip.HasMember(_self)) return;
        Log("Welcome from [{0}]", welcome.From.Address);
        Enter(welcome.Gossip.WithSeen(_self));
        SendGossip(welcome.From);
        AnswerEarlyAskers();
        OnAgreement();
    }

    private void Enter(Gossip gossip)
    {
        StopJoining();
        _phase = Phase.Inside;
        _giveUpJoining?.Cancel();
        Hold(gossip);
    }

    private void OnInitJoin()
    {
        if (_phase == Phase.Inside && _state.SelfMember is { Status: not (MemberStatus.Down or MemberStatus.Exiting) })
        {
            Sender.Tell(new ClusterMessage.InitJoinAck(_self.Address), Self);
        }
        else if (_phase is Phase.Outside or Phase.Joining)
        {
            // Whoever asked too early hears of it when there is a cluster, and need not wait until it asks again.
            if (_earlyAskers.Count < EarlyAskersMax && !_earlyAskers.Contains(Sender)) _earlyAskers.Add(Sender);
            Sender.Tell(new ClusterMessage.InitJoinNack(_self.Address), Self);
            _seedProcess?.Tell(new ClusterCommand.AskedBy(Sender.Path.Address), Self);
        }
    }

    private void AnswerEarlyAskers()
    {
        foreach (var asker in _earlyAskers)
            asker.Tell(new ClusterMessage.InitJoinAck(_self.Address), Self);
        _earlyAskers.Clear();
    }

    private void OnJoin(ClusterMessage.Join join, IActorRef sender)
    {
        var node = join.Node;
        if (_phase != Phase.Inside || _state.SelfMember is not { Status: not (MemberStatus.Down or MemberStatus.Exiting) }) return;
        if (node.Address.Protocol != _self.Address.Protocol || node.Address.System != _self.Address.System)
        {
            _log.Warning("Cluster Node [{0}] - Node [{1}] of another system or protocol tried to join", _self.Address, node.Address);
            return;
        }

        if (_state.Gossip.Tombstones.ContainsKey(node))
        {
            _log.Warning("Cluster Node [{0}] - Node [{1}] was removed; it must restart to join again", _self.Address, node);
            return;
        }

        var known = _state.Gossip.Members.FirstOrDefault(m => m.Address.Equals(node.Address));
        if (known is null)
        {
            Log("Node [{0}] is JOINING, roles [{1}]", node.Address, string.Join(",", join.Roles));
            Change(_state.Gossip.With(new Member(node, Member.NotUpYet, MemberStatus.Joining, join.Roles)));
            sender.Tell(new ClusterMessage.Welcome(_self, _state.Gossip), Self);
        }
        else if (known.UniqueAddress.Equals(node))
        {
            sender.Tell(new ClusterMessage.Welcome(_self, _state.Gossip), Self); // The first welcome was lost.
        }
        else
        {
            ReplacePredecessor(known, join, sender);
        }
    }

    /// <summary>
    /// A process listens at the address of a member and has another uid, so the member's process is gone: no failure detector
    /// could be surer. The newcomer is let in as soon as its predecessor is removed.
    /// </summary>
    private void ReplacePredecessor(Member predecessor, ClusterMessage.Join join, IActorRef sender)
    {
        _waitingForPredecessor[join.Node.Address] = (join, sender);
        if (predecessor.UniqueAddress.Equals(_self) || predecessor.Status == MemberStatus.Down) return;
        Log("New incarnation of [{0}] is trying to join: the old one is marked Down", predecessor.Address);
        var gossip = _state.Gossip.With(predecessor.Copy(MemberStatus.Down));
        Change(gossip with { Reachability = gossip.Reachability.Terminated(_self, predecessor.UniqueAddress) });
    }

    private void OnRetryJoin()
    {
        if (_phase != Phase.Joining || _joinTo is not { } address) return;
        _log.Info("Cluster Node [{0}] - No answer to the request to join [{1}], trying again", _self.Address, address);
        if (_seedNodes.IsEmpty) JoinTo(address);
        else JoinSeeds(_seedNodes);
    }

    private void OnGiveUpJoining()
    {
        if (_phase is not (Phase.Outside or Phase.Joining)) return;
        _log.Warning(
            "Cluster Node [{0}] - Joining of [{1}] was unsuccessful after configured shutdown-after-unsuccessful-join-seed-nodes",
            _self.Address, string.Join(", ", _seedNodes));
        StopJoining();
        RunShutdown(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance, isWanted: true);
    }

    private void StopJoining()
    {
        if (_phase == Phase.Joining) _phase = Phase.Outside;
        _joinTo = null;
        _retryJoin?.Cancel();
        _retryJoin = null;
        if (_seedProcess is not null) Context.Stop(_seedProcess);
        _seedProcess = null;
    }
}
