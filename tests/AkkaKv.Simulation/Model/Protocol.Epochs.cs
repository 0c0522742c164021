namespace AkkaKv.Simulation.Model;

/// <content>Promises and takeovers (R1 to R3), restarts (R11), lost disks and their return (R12).</content>
internal sealed partial class Protocol
{
    private bool Start(ModelState state, int epoch, int admits)
    {
        var owner = _bounds.Owners[epoch - 1];
        ref var leader = ref state.Leader(epoch);
        ref var own = ref state.Replica(owner);
        if (leader.Phase != LeaderPhase.NotStarted || own.IsBlank || epoch <= own.Promised) return false;
        if (admits != 0 && !state.Replica(admits - 1).IsBlank) return false;

        // A server runs one leader instance at a time.
        for (var older = 1; older <= _bounds.Epochs; older++)
        {
            if (_bounds.Owners[older - 1] == owner) EndLeader(state, older);
        }

        leader.Phase = LeaderPhase.Preparing;
        leader.Admits = (byte)admits;
        return Promise(state, epoch, owner);
    }

    /// <summary>R1. A repeated promise repeats the reply, so one is enough here.</summary>
    private bool Promise(ModelState state, int epoch, int at)
    {
        ref var leader = ref state.Leader(epoch);
        ref var replica = ref state.Replica(at);
        if (leader.Phase == LeaderPhase.NotStarted || replica.IsBlank || epoch <= replica.Promised) return false;

        if (leader.Phase is LeaderPhase.Preparing or LeaderPhase.Reigning)
        {
            ref var peer = ref state.Peer(epoch, at);
            peer.HasPromised = true;
            if (leader.Phase == LeaderPhase.Preparing)
            {
                peer.PromiseLog = replica.Log;
                peer.PromiseAge = replica.HeartbeatAge;
                peer.PromisedBefore = _mutant == Mutant.BestByPromise ? replica.Promised : (byte)0;
            }
        }

        replica.Promised = (byte)epoch;
        replica.DurableLog = replica.Log;
        replica.Verified = 0;
        replica.Anchors = 0;
        if (_mutant != Mutant.LeaseSurvivesPromise) replica.LeaseEpoch = replica.LeaseAge = 0;
        return true;
    }

    /// <summary>R3. The best log is that of the promise: it cannot change while the epoch is promised and nothing replicated.</summary>
    private bool Adopt(ModelState state, int epoch, int quorum)
    {
        ref var leader = ref state.Leader(epoch);
        ref var own = ref state.Replica(_bounds.Owners[epoch - 1]);
        if (leader.Phase != LeaderPhase.Preparing || own.Promised != epoch) return false;

        // R12: who lets a blank replica in needs all others.
        var needsAll = leader.Admits != 0 && _mutant != Mutant.RejoinByMajority;
        if (needsAll && (quorum | 1 << (leader.Admits - 1)) != (1 << _bounds.Replicas) - 1) return false;

        var best = (Key: -1, Log: 0u);
        var wait = 0;
        for (var replica = 0; replica < _bounds.Replicas; replica++)
        {
            if ((quorum >> replica & 1) == 0) continue;
            ref var peer = ref state.Peer(epoch, replica);
            if (!peer.HasPromised) return false;
            var key = Rank(peer);
            if (best.Key < key) best = (key, peer.PromiseLog);
            wait = Math.Max(wait, _bounds.Lease - peer.PromiseAge);
        }

        leader.Phase = LeaderPhase.Reigning;
        leader.Log = PackedLog.Append(best.Log, epoch);
        leader.NotBefore = (byte)(_mutant == Mutant.NoWait || !_bounds.HasLeases ? 0 : wait);
        own.Log = own.DurableLog = leader.Log;
        own.Verified = (byte)PackedLog.Length(leader.Log);
        ref var self = ref state.Peer(epoch, _bounds.Owners[epoch - 1]);
        self.Match = self.Received = self.ReceivedSaid = own.Verified;
        for (var replica = 0; replica < _bounds.Replicas; replica++)
        {
            ref var peer = ref state.Peer(epoch, replica);
            peer.PromiseLog = 0;
            peer.PromiseAge = peer.PromisedBefore = 0;
        }

        return true;
    }

    private int Rank(in PeerBlock peer) => _mutant switch
    {
        Mutant.BestByPromise => (peer.PromisedBefore * 16) + PackedLog.Length(peer.PromiseLog),
        Mutant.BestByLength => PackedLog.Length(peer.PromiseLog),
        _ => (PackedLog.LastEpoch(peer.PromiseLog) * 16) + PackedLog.Length(peer.PromiseLog),
    };

    private bool Restart(ModelState state, int at)
    {
        if (state.Run.Restarts == _bounds.Restarts) return false;
        state.Run.Restarts++;
        ref var replica = ref state.Replica(at);
        replica.Log = replica.DurableLog;
        if (_mutant == Mutant.VolatilePromise) replica.Promised = (byte)PackedLog.LastEpoch(replica.Log);
        if (_mutant != Mutant.LeaseSurvivesRestart) replica.LeaseEpoch = replica.LeaseAge = 0;
        Forget(state, at);
        if (_mutant == Mutant.RestartForgetsAcks) replica.HeartbeatAge = (byte)_bounds.Lease;
        return true;
    }

    private bool Lose(ModelState state, int at)
    {
        ref var replica = ref state.Replica(at);
        if (state.Run.Losses == _bounds.Losses || replica.IsBlank) return false;
        state.Run.Losses++;
        replica.Log = replica.DurableLog = 0;
        replica.Promised = replica.LeaseEpoch = replica.LeaseAge = 0;
        replica.IsBlank = _mutant != Mutant.BlankVotes;
        Forget(state, at);
        return true;
    }

    /// <summary>What a process that dies takes along, and what its successor makes meaningless.</summary>
    private void Forget(ModelState state, int at)
    {
        ref var replica = ref state.Replica(at);
        replica.Verified = replica.HeartbeatAge = 0;
        replica.Anchors = 0;
        for (var epoch = 1; epoch <= _bounds.Epochs; epoch++)
        {
            if (_bounds.Owners[epoch - 1] == at) EndLeader(state, epoch);
            ref var peer = ref state.Peer(epoch, at);
            peer.ReceivedSaid = 0;
            peer.IsStale = peer.Received != 0 && _mutant != Mutant.StaleReceived;
            if (_mutant == Mutant.GrantForAnyIncarnation) continue;

            // Grants and candidates name the incarnation that saw the heartbeat: for this one they are without effect.
            peer.Grants = 0;
            peer.DropCandidates();
        }
    }

    private static void EndLeader(ModelState state, int epoch)
    {
        ref var leader = ref state.Leader(epoch);
        if (leader.Phase is LeaderPhase.NotStarted) return;
        leader.Phase = LeaderPhase.Dead;
        leader.NotBefore = leader.Admits = 0;
    }

    /// <summary>R12: the epoch that has the promises of all others gives the blank replica its log, and with it a vote.</summary>
    private bool Seed(ModelState state, int epoch, int at)
    {
        ref var leader = ref state.Leader(epoch);
        ref var replica = ref state.Replica(at);
        if (leader.Phase != LeaderPhase.Reigning || leader.Admits != at + 1) return false;
        if (!replica.IsBlank || !IsBarrierCommitted(leader, epoch)) return false;
        replica.IsBlank = false;
        replica.Promised = (byte)epoch;
        replica.Log = replica.DurableLog = leader.Log;
        replica.Verified = (byte)PackedLog.Length(leader.Log);
        ref var peer = ref state.Peer(epoch, at);
        peer.Match = peer.Received = peer.ReceivedSaid = replica.Verified;
        return true;
    }

    private static bool IsBarrierCommitted(in LeaderBlock leader, int epoch) => PackedLog.Barrier(leader.Log, epoch) <= leader.Commit;

    /// <summary>The greatest value that a majority has reached.</summary>
    private int ByMajority(Span<byte> values)
    {
        values.Sort();
        return values[values.Length - _bounds.Majority];
    }
}
