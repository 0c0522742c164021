namespace AkkaKv.Simulation.Model;

/// <content>Heartbeats, leases (R6), their revocation (R10), and the clock.</content>
internal sealed partial class Protocol
{
    /// <summary>Variants in which a heartbeat may be anchored twice, so that a grant for an old one can come to life.</summary>
    private bool AnchorsRepeat =>
        _mutant is Mutant.LeaseFromGrant or Mutant.GrantForAnyIncarnation or Mutant.RepeatMovesAnchor or Mutant.RevokeForgetsSeen;

    /// <summary>One tick for every clock. Any number may pass between two other steps.</summary>
    private bool Tick(ModelState state)
    {
        for (var at = 0; at < _bounds.Replicas; at++) Age(state, at);
        for (var epoch = 1; epoch <= _bounds.Epochs; epoch++)
        {
            ref var leader = ref state.Leader(epoch);
            if (leader.NotBefore > 0) leader.NotBefore--;
            for (var at = 0; at < _bounds.Replicas; at++)
            {
                ref var peer = ref state.Peer(epoch, at);
                if (leader.Phase == LeaderPhase.Preparing && peer.HasPromised && peer.PromiseAge < _bounds.Lease) peer.PromiseAge++;
                if (peer.Until > 0) peer.Until--;
            }
        }

        return true;
    }

    private void Age(ModelState state, int at)
    {
        ref var replica = ref state.Replica(at);
        if (replica.HeartbeatAge < _bounds.Lease) replica.HeartbeatAge++;
        if (replica.LeaseEpoch != 0 && ++replica.LeaseAge >= _bounds.Lease) replica.LeaseEpoch = replica.LeaseAge = 0;
        if (replica.Anchors == 0) return;
        for (var sequence = 1; sequence < 8; sequence++)
        {
            var anchor = replica.Anchor(sequence);
            if (anchor is 0 or ReplicaBlock.OldAnchor) continue;
            replica.SetAnchor(sequence, anchor < _bounds.Lease ? anchor + 1 : ReplicaBlock.OldAnchor);
        }
    }

    private bool Beat(ModelState state, int epoch)
    {
        ref var leader = ref state.Leader(epoch);
        if (leader.Phase != LeaderPhase.Reigning || leader.Sequence == _bounds.Heartbeats[epoch - 1]) return false;
        leader.Sequence++;
        return true;
    }

    /// <summary>A heartbeat seen for the first time. A repeated one is acknowledged again, which tells the leader nothing.</summary>
    private bool Heartbeat(ModelState state, int epoch, int at, int sequence)
    {
        ref var leader = ref state.Leader(epoch);
        ref var replica = ref state.Replica(at);
        if (leader.Sequence < sequence || replica.IsBlank || replica.Promised != epoch) return false;
        if (replica.Anchor(sequence) != 0 && _mutant != Mutant.RepeatMovesAnchor) return false;
        replica.SetAnchor(sequence, 1);
        replica.HeartbeatAge = 0;
        if (leader.Phase != LeaderPhase.Reigning) return true;
        ref var peer = ref state.Peer(epoch, at);
        peer.AckSequence = Math.Max(peer.AckSequence, (byte)sequence);
        peer.AddCandidate(sequence, leader.Sequence);
        return true;
    }

    /// <summary>
    /// The second half of R6. A candidate whose anchor is too old is discarded. A suspended replica keeps its candidates here: the
    /// acknowledgements might as well arrive once it is admitted again, and those from before the revoke have lost their anchors.
    /// </summary>
    private bool Grant(ModelState state, int epoch, int at, int sequence)
    {
        ref var leader = ref state.Leader(epoch);
        ref var replica = ref state.Replica(at);
        ref var peer = ref state.Peer(epoch, at);
        if (leader.Phase != LeaderPhase.Reigning || !peer.IsCandidate(sequence) || peer.IsSuspended) return false;
        if (!IsBarrierCommitted(leader, epoch) || !HasEvidence(state, epoch, sequence, peer.SentBeforeOf(sequence))) return false;

        // The acknowledgement that made the candidate told the incarnation and what it has.
        var held = peer.IsStale ? peer.ReceivedSaid : peer.Received;
        if (Math.Max(held, peer.Match) < leader.Commit && _mutant != Mutant.GrantWithoutCatchUp) return false;
        var anchor = replica.Anchor(sequence);
        if (replica.Promised != epoch || anchor is 0 or ReplicaBlock.OldAnchor) return false;

        var until = _bounds.Lease - (anchor - 1) - (_mutant == Mutant.DropHolderEarly ? 1 : 0);
        peer.Until = (byte)Math.Max(peer.Until, until);
        peer.Received = held;
        peer.IsStale = false;
        peer.Grants |= (byte)(1 << sequence);
        peer.DropCandidate(sequence);
        return true;
    }

    private bool HasEvidence(ModelState state, int epoch, int sequence, int sentBefore) => _mutant switch
    {
        Mutant.GrantWithoutEvidence => true,
        Mutant.OldEvidence => AckedByMajority(state, epoch) >= sequence,
        _ => AckedByMajority(state, epoch) > sentBefore,
    };

    private bool Lease(ModelState state, int epoch, int at, int sequence)
    {
        ref var replica = ref state.Replica(at);
        if (replica.IsBlank || replica.Promised != epoch || !state.Peer(epoch, at).IsGranted(sequence)) return false;
        var anchor = replica.Anchor(sequence);
        if (anchor == 0) return false;
        if (anchor == ReplicaBlock.OldAnchor && _mutant != Mutant.LeaseFromGrant) return false;
        var age = _mutant == Mutant.LeaseFromGrant ? 0 : anchor - 1;
        if (replica.LeaseEpoch != 0 && replica.LeaseAge <= age) return false;
        replica.LeaseEpoch = (byte)epoch;
        replica.LeaseAge = (byte)age;
        return true;
    }

    private bool Revoke(ModelState state, int epoch, int at)
    {
        ref var peer = ref state.Peer(epoch, at);
        if (state.Leader(epoch).Phase != LeaderPhase.Reigning || peer.Revoke != RevokePhase.None) return false;
        if (state.Run.Revokes == _bounds.Revokes) return false;
        state.Run.Revokes++;
        peer.Revoke = RevokePhase.Sent;
        return true;
    }

    private bool Revoked(ModelState state, int epoch, int at)
    {
        ref var replica = ref state.Replica(at);
        ref var peer = ref state.Peer(epoch, at);
        if (replica.IsBlank || replica.Promised != epoch || peer.Revoke == RevokePhase.None) return false;
        if (peer.Revoke != RevokePhase.Sent && replica.Anchors == 0) return false;
        if (peer.Revoke == RevokePhase.Sent) peer.Revoke = RevokePhase.Answered;
        replica.LeaseEpoch = replica.LeaseAge = 0;
        if (_mutant == Mutant.RevokeKeepsAnchors) return true;
        for (var sequence = 1; sequence < 8; sequence++)
        {
            if (replica.Anchor(sequence) != 0)
                replica.SetAnchor(sequence, _mutant == Mutant.RevokeForgetsSeen ? 0 : ReplicaBlock.OldAnchor);
        }

        return true;
    }

    private bool RevokeAnswer(ModelState state, int epoch, int at)
    {
        ref var peer = ref state.Peer(epoch, at);
        var again = _mutant == Mutant.StaleRevoked && peer.Revoke == RevokePhase.Readmitted;
        if (state.Leader(epoch).Phase != LeaderPhase.Reigning || (peer.Revoke != RevokePhase.Answered && !again)) return false;
        if (!again) peer.Revoke = RevokePhase.Settled;
        peer.Until = 0;
        return true;
    }

    private bool Readmit(ModelState state, int epoch, int at)
    {
        ref var peer = ref state.Peer(epoch, at);
        if (state.Leader(epoch).Phase != LeaderPhase.Reigning || !peer.IsSuspended) return false;
        if (_mutant == Mutant.StaleRevoked && peer.Revoke != RevokePhase.Settled) return false; // So that there is an answer to repeat.
        peer.Revoke = RevokePhase.Readmitted;
        return true;
    }
}
