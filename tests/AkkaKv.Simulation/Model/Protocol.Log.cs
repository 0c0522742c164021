namespace AkkaKv.Simulation.Model;

/// <content>Writes, replication, commit (R4, R5), and reads through the leader (R8).</content>
internal sealed partial class Protocol
{
    private bool Write(ModelState state, int epoch)
    {
        var at = _bounds.Owners[epoch - 1];
        ref var leader = ref state.Leader(epoch);
        ref var own = ref state.Replica(at);
        if (leader.Phase != LeaderPhase.Reigning || own.Promised != epoch || state.Run.Writes == _bounds.Writes) return false;
        state.Run.Writes++;
        leader.Log = PackedLog.Append(leader.Log, epoch);
        Take(state, epoch, at, PackedLog.Length(leader.Log));
        return true;
    }

    /// <summary>
    /// R4. The leader finds the place where the logs agree in as many rounds as it takes: here in one, as the beginning always agrees.
    /// </summary>
    private bool Replicate(ModelState state, int epoch, int at, int upTo)
    {
        ref var leader = ref state.Leader(epoch);
        ref var replica = ref state.Replica(at);
        if (replica.IsBlank || replica.Promised != epoch || PackedLog.Length(leader.Log) < upTo) return false;
        if (leader.Phase is not (LeaderPhase.Reigning or LeaderPhase.Dead) || upTo <= replica.Verified) return false;
        Take(state, epoch, at, upTo);
        return true;
    }

    private void Take(ModelState state, int epoch, int at, int upTo)
    {
        ref var replica = ref state.Replica(at);
        ref var peer = ref state.Peer(epoch, at);
        var sent = PackedLog.Prefix(state.Leader(epoch).Log, upTo);

        // Only a conflict truncates: a late short message leaves what came after it.
        if (PackedLog.Common(replica.Log, sent) < upTo) replica.Log = sent;
        replica.Verified = (byte)Math.Max(replica.Verified, upTo);
        if (_bounds.CountReceived)
        {
            peer.ReceivedSaid = Math.Max(peer.ReceivedSaid, (byte)upTo);
            if (!peer.IsStale) peer.Received = Math.Max(peer.Received, (byte)upTo);
        }

        if (!_bounds.SyncsLate) replica.DurableLog = replica.Log;
        if (!_bounds.CountReceived || replica.DurableLog == replica.Log) peer.Match = Math.Max(peer.Match, (byte)upTo);
    }

    private bool Sync(ModelState state, int at)
    {
        ref var replica = ref state.Replica(at);
        if (replica.DurableLog == replica.Log) return false;
        replica.DurableLog = replica.Log;
        if (replica.Promised == 0) return true;
        ref var peer = ref state.Peer(replica.Promised, at);
        peer.Match = Math.Max(peer.Match, replica.Verified);
        return true;
    }

    /// <summary>Option R: the first word of a new incarnation replaces what the leader believed of the one before.</summary>
    private bool Received(ModelState state, int epoch, int at)
    {
        ref var peer = ref state.Peer(epoch, at);
        if (!peer.IsStale || peer.ReceivedSaid == 0 || state.Leader(epoch).Phase != LeaderPhase.Reigning) return false;
        peer.IsStale = false;
        peer.Received = peer.ReceivedSaid;
        return true;
    }

    /// <summary>R5.</summary>
    private bool Commit(ModelState state, int epoch, int index)
    {
        ref var leader = ref state.Leader(epoch);
        if (leader.Phase != LeaderPhase.Reigning || index <= leader.Commit || 0 < leader.NotBefore) return false;
        if (ByMajority(state, epoch) < index) return false;
        if (PackedLog.EpochAt(leader.Log, index) != epoch && _mutant != Mutant.CommitOldEpoch) return false;
        for (var replica = 0; replica < _bounds.Replicas && _mutant != Mutant.IgnoreHolders; replica++)
        {
            ref var peer = ref state.Peer(epoch, replica);
            if (0 < peer.Until && Held(peer) < index) return false;
        }

        leader.Commit = (byte)index;
        ref var run = ref state.Run;
        run.ChosenBy = Math.Max(run.ChosenBy, (byte)epoch);
        if (PackedLog.Length(run.Chosen) < index && PackedLog.Common(run.Chosen, leader.Log) == PackedLog.Length(run.Chosen))
            run.Chosen = PackedLog.Prefix(leader.Log, index);
        return true;
    }

    /// <summary>How far a replica may apply its log, once the right message arrives. All commits told before were no more.</summary>
    private int Applicable(ModelState state, int at)
    {
        ref var replica = ref state.Replica(at);
        if (replica.IsBlank || replica.Promised == 0) return 0;
        ref var leader = ref state.Leader(replica.Promised);
        int commit = leader.Commit;
        if (_mutant == Mutant.ExposeEarly && leader.Phase == LeaderPhase.Reigning)
            commit = Math.Max(commit, ByMajority(state, replica.Promised));
        return Math.Min(commit, _mutant == Mutant.CommitUnverified ? PackedLog.Length(replica.Log) : replica.Verified);
    }

    private int Held(in PeerBlock peer) => _bounds.CountReceived ? Math.Max(peer.Received, peer.Match) : peer.Match;

    /// <summary>The last entry that a majority has on disk.</summary>
    private int ByMajority(ModelState state, int epoch)
    {
        Span<byte> matches = stackalloc byte[_bounds.Replicas];
        for (var replica = 0; replica < matches.Length; replica++) matches[replica] = state.Peer(epoch, replica).Match;
        return ByMajority(matches);
    }

    /// <summary>
    /// R8: a read arrives at the leader. Only one that would miss a visible write is followed: no other can show anything wrong.
    /// </summary>
    private bool Read(ModelState state, int epoch)
    {
        ref var run = ref state.Run;
        ref var leader = ref state.Leader(epoch);
        if (leader.Phase != LeaderPhase.Reigning || run.Reads == _bounds.Reads || run.ReadEpoch != 0) return false;
        if (!IsBarrierCommitted(leader, epoch) && _mutant != Mutant.ReadBeforeBarrier) return false;
        if (PackedLog.LastWrite(run.Chosen, PackedLog.LengthMax) <= leader.Commit) return false;
        run.Reads++;
        run.ReadEpoch = (byte)epoch;
        run.ReadSequence = leader.Sequence;
        return true;
    }

    /// <summary>Whether the read under way is confirmed by a majority, with a value that was overwritten before it began.</summary>
    private bool IsStaleReadConfirmed(ModelState state)
    {
        ref var run = ref state.Run;
        if (run.ReadEpoch == 0) return false;
        var needed = _mutant == Mutant.ReadByOldAcks ? Math.Max((byte)1, run.ReadSequence) : run.ReadSequence + 1;
        return needed <= AckedByMajority(state, run.ReadEpoch);
    }

    private int AckedByMajority(ModelState state, int epoch)
    {
        Span<byte> sequences = stackalloc byte[_bounds.Replicas];
        for (var replica = 0; replica < sequences.Length; replica++) sequences[replica] = state.Peer(epoch, replica).AckSequence;
        return ByMajority(sequences);
    }
}
