namespace AkkaKv.Simulation.Model;

/// <content>
/// The wait of a leader that all have promised ends. Then: many states differ only in what can no longer matter. Each is replaced by
/// one that allows the same steps, or at most drops steps that could only hold a leader back: then a violation of the one is a
/// violation of the other.
/// </content>
internal sealed partial class Protocol
{
    public void Normalize(ModelState state)
    {
        EndWait(state);
        if (_bounds.Verbatim) return;
        for (var epoch = 1; epoch <= _bounds.Epochs; epoch++)
        {
            ref var leader = ref state.Leader(epoch);
            if (leader.Phase == LeaderPhase.NotStarted) continue;
            if (leader.Phase == LeaderPhase.Dead) Bury(state, epoch);
            for (var at = 0; at < _bounds.Replicas; at++) DropDeadMail(state, epoch, at);
            if (leader.Phase == LeaderPhase.Reigning) DropOldEvidence(state, epoch);
        }

        for (var at = 0; at < _bounds.Replicas; at++) DropHeartbeatAge(state, at);

        ref var run = ref state.Run;
        if (run.ReadEpoch != 0 && state.Leader(run.ReadEpoch).Phase != LeaderPhase.Reigning) run.ReadEpoch = run.ReadSequence = 0;
    }

    /// <summary>Of a dead leader only what it sent is left, and not even that once nobody would obey it.</summary>
    private void Bury(ModelState state, int epoch)
    {
        var obeyed = _mutant == Mutant.VolatilePromise;
        for (var at = 0; at < _bounds.Replicas; at++)
        {
            ref var replica = ref state.Replica(at);
            ref var peer = ref state.Peer(epoch, at);
            peer = new PeerBlock { Grants = peer.Grants };
            obeyed |= replica.Promised <= epoch;
            if (peer.Grants != 0 || replica.Promised != epoch) continue;

            // No lease can come of its heartbeats any more; to be seen late they would only make a new leader wait.
            for (var sequence = 1; sequence <= _bounds.Heartbeats[epoch - 1]; sequence++)
                replica.SetAnchor(sequence, ReplicaBlock.OldAnchor);
        }

        if (!obeyed) state.Leader(epoch) = new LeaderBlock { Phase = LeaderPhase.Dead };
    }

    /// <summary>R3: with the promises of all, every older lease is void.</summary>
    private void EndWait(ModelState state)
    {
        for (var epoch = 1; epoch <= _bounds.Epochs; epoch++)
        {
            var promises = 0;
            for (var at = 0; at < _bounds.Replicas; at++) promises += state.Peer(epoch, at).HasPromised ? 1 : 0;
            if (promises == _bounds.Replicas) state.Leader(epoch).NotBefore = 0;
        }
    }

    /// <summary>Grants that the replica would not accept, candidates that cannot be granted, and anchors without either.</summary>
    private void DropDeadMail(ModelState state, int epoch, int at)
    {
        ref var replica = ref state.Replica(at);
        ref var peer = ref state.Peer(epoch, at);
        if (epoch < replica.Promised && _mutant != Mutant.VolatilePromise)
        {
            peer.Grants = 0;
            peer.DropCandidates();
        }

        if (replica.Promised != epoch || AnchorsRepeat) return;
        var needsEvidence = _mutant is not (Mutant.GrantWithoutEvidence or Mutant.OldEvidence);
        var sentLast = needsEvidence && state.Leader(epoch).Sequence == _bounds.Heartbeats[epoch - 1];
        for (var sequence = 1; sequence <= state.Leader(epoch).Sequence; sequence++)
        {
            var anchor = replica.Anchor(sequence);
            if (anchor == 0) continue;
            var isOld = anchor == ReplicaBlock.OldAnchor;

            // Its evidence would be the acknowledgements of a heartbeat that will never be sent.
            var isHopeless = sentLast && peer.SentBeforeOf(sequence) == _bounds.Heartbeats[epoch - 1];
            if (isOld || isHopeless) peer.DropCandidate(sequence);

            // The lease would be no longer for it.
            var isCovered = replica.LeaseEpoch == epoch && replica.LeaseAge < anchor && _mutant != Mutant.RevokeKeepsAnchors;
            if (isOld || isCovered) peer.DropGrant(sequence);
            if (!peer.IsCandidate(sequence) && !peer.IsGranted(sequence)) replica.SetAnchor(sequence, ReplicaBlock.OldAnchor);
        }
    }

    /// <summary>
    /// An acknowledged heartbeat counts as evidence for candidates and reads that came before it was sent. Where there are none, which
    /// one it was makes no difference, as those to come need heartbeats not sent yet.
    /// </summary>
    private void DropOldEvidence(ModelState state, int epoch)
    {
        if (_mutant is Mutant.GrantWithoutEvidence or Mutant.OldEvidence or Mutant.ReadByOldAcks || AnchorsRepeat) return;
        var awaited = 0;
        for (var at = 0; at < _bounds.Replicas; at++)
        {
            ref var peer = ref state.Peer(epoch, at);
            for (var sequence = 1; sequence <= _bounds.Heartbeats[epoch - 1]; sequence++)
            {
                if (peer.IsCandidate(sequence)) awaited |= 2 << peer.SentBeforeOf(sequence);
            }
        }

        ref var run = ref state.Run;
        if (run.ReadEpoch == epoch) awaited |= 2 << run.ReadSequence;
        for (var at = 0; at < _bounds.Replicas; at++)
        {
            ref var peer = ref state.Peer(epoch, at);
            while (peer.AckSequence > 0 && (awaited >> peer.AckSequence & 1) == 0) peer.AckSequence--;
            DropLateHeartbeats(state, epoch, at, awaited);
        }
    }

    /// <summary>A heartbeat not seen yet that is neither evidence for anything nor can become a lease: as good as seen.</summary>
    private void DropLateHeartbeats(ModelState state, int epoch, int at, int awaited)
    {
        ref var leader = ref state.Leader(epoch);
        ref var replica = ref state.Replica(at);
        if (replica.Promised != epoch || leader.Sequence < _bounds.Heartbeats[epoch - 1]) return;
        for (var sequence = 1; sequence <= leader.Sequence; sequence++)
        {
            var isEvidence = (awaited & ((2 << sequence) - 1)) > ((2 << state.Peer(epoch, at).AckSequence) - 1);
            if (replica.Anchor(sequence) == 0 && !isEvidence) replica.SetAnchor(sequence, ReplicaBlock.OldAnchor);
        }
    }

    /// <summary>The age that a promise tells matters to leaders that have yet to adopt.</summary>
    private void DropHeartbeatAge(ModelState state, int at)
    {
        ref var replica = ref state.Replica(at);
        for (var epoch = replica.Promised + 1; epoch <= _bounds.Epochs; epoch++)
        {
            if (state.Leader(epoch).Phase is LeaderPhase.NotStarted or LeaderPhase.Preparing) return;
        }

        if (_mutant != Mutant.VolatilePromise) replica.HeartbeatAge = (byte)_bounds.Lease;
    }
}
