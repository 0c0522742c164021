namespace AkkaKv.Simulation.Model;

/// <content>
/// What must hold after every step. I1, I2 and I5 hold by the shape of a state: epochs are places in it, a promise only grows, and
/// the register's value is the last write of the committed log.
/// </content>
internal sealed partial class Protocol
{
    public const string StaleGet = "stale local GET";
    public const string StaleReadIndex = "stale ReadIndex";
    public const string HolderDisagrees = "lease holder's log disagrees";
    public const string Exposed = "uncommitted entry exposed";
    public const string Overwritten = "committed entry overwritten";
    public const string Missing = "committed entry missing in a later leader's log";
    public const string OldLease = "lease of an older epoch under a newer leader's commit";
    public const string LeaderBehind = "leader with a lease behind a visible entry";
    public const string LogsDiffer = "logs with a common entry differ before it";

    /// <summary>The first invariant that the state breaks, those that a client would notice first; null if all hold.</summary>
    public string? Violation(ModelState state)
    {
        if (IsStaleReadConfirmed(state)) return StaleReadIndex;
        string? found = null;
        for (var at = 0; at < _bounds.Replicas && found != StaleGet; at++) found = LeaseViolation(state, at) ?? found;
        if (found is not null) return found;
        for (var at = 0; at < _bounds.Replicas; at++)
        {
            ref var replica = ref state.Replica(at);
            if (AgreementViolation(state, replica.Log, Applicable(state, at)) is { } exposed) return exposed;
        }

        for (var epoch = 1; epoch <= _bounds.Epochs; epoch++)
        {
            if (LeaderViolation(state, epoch) is { } violation) return violation;
        }

        return LogsMatch(state) ? null : LogsDiffer;
    }

    /// <summary>
    /// R7 and I6. A read under a lease waits until the last write in the log is committed, so it is stale exactly if a visible write is
    /// not in the log: no step for the read itself is needed. One that does not wait is answered with what has been applied, and that
    /// may be nothing yet.
    /// </summary>
    private string? LeaseViolation(ModelState state, int at)
    {
        ref var replica = ref state.Replica(at);
        if (replica.LeaseEpoch == 0 || (replica.LeaseEpoch != replica.Promised && _mutant != Mutant.LeaseSurvivesPromise)) return null;
        var chosen = state.Run.Chosen;
        var answered = PackedLog.LastWrite(replica.Log, _mutant == Mutant.IgnorePending ? 0 : PackedLog.LengthMax);
        if (answered < PackedLog.LastWrite(chosen, PackedLog.LengthMax)) return StaleGet;
        return PackedLog.Common(replica.Log, chosen) == PackedLog.Length(chosen) ? null : HolderDisagrees;
    }

    /// <summary>I7, and that what is committed stays: what somebody may apply is what was chosen.</summary>
    private static string? AgreementViolation(ModelState state, uint log, int commit)
    {
        var chosen = state.Run.Chosen;
        var agreed = Math.Min(PackedLog.Common(log, chosen), commit);
        if (agreed == commit) return null;
        return agreed == PackedLog.Length(chosen) ? Exposed : Overwritten;
    }

    private string? LeaderViolation(ModelState state, int epoch)
    {
        ref var leader = ref state.Leader(epoch);
        if (leader.Log == 0) return null;
        if (AgreementViolation(state, leader.Log, leader.Commit) is { } violation) return violation;
        ref var run = ref state.Run;

        // I4. What an epoch later than this one chose is not its business.
        if (run.ChosenBy < epoch && PackedLog.Common(leader.Log, run.Chosen) != PackedLog.Length(run.Chosen)) return Missing;
        if (leader.Phase != LeaderPhase.Reigning || !IsBarrierCommitted(leader, epoch)) return null;

        for (var at = 0; at < _bounds.Replicas; at++)
        {
            ref var replica = ref state.Replica(at);
            if (replica.LeaseEpoch != 0 && replica.LeaseEpoch < epoch) return OldLease; // I8.
        }

        ref var own = ref state.Replica(_bounds.Owners[epoch - 1]);
        var ownHolds = own.LeaseEpoch == epoch && own.Promised == epoch;
        return ownHolds && leader.Commit < PackedLog.Length(run.Chosen) ? LeaderBehind : null; // I9.
    }

    /// <summary>I3, for the logs of replicas and what leaders may still send of theirs.</summary>
    private bool LogsMatch(ModelState state)
    {
        var count = _bounds.Replicas + _bounds.Epochs;
        Span<uint> logs = stackalloc uint[count];
        for (var at = 0; at < _bounds.Replicas; at++) logs[at] = state.Replica(at).Log;
        for (var epoch = 1; epoch <= _bounds.Epochs; epoch++) logs[_bounds.Replicas + epoch - 1] = state.Leader(epoch).Log;
        for (var one = 0; one < count; one++)
        {
            for (var other = one + 1; other < count; other++)
            {
                if (logs[one] != logs[other] && !PackedLog.Match(logs[one], logs[other])) return false;
            }
        }

        return true;
    }

    /// <summary>A state for people: only what is not at rest.</summary>
    public string Describe(ModelState state)
    {
        var text = new System.Text.StringBuilder();
        for (var at = 0; at < _bounds.Replicas; at++)
        {
            ref var replica = ref state.Replica(at);
            text.Append($"    replica {at}: promised e{replica.Promised}, log {PackedLog.Describe(replica.Log)}");
            if (replica.IsBlank) text.Append(", blank");
            if (replica.LeaseEpoch != 0) text.Append($", lease of e{replica.LeaseEpoch} since {replica.LeaseAge} ticks");
            text.Append('\n');
        }

        for (var epoch = 1; epoch <= _bounds.Epochs; epoch++)
        {
            ref var leader = ref state.Leader(epoch);
            if (leader.Phase == LeaderPhase.NotStarted) continue;
            text.Append($"    leader e{epoch} on server {_bounds.Owners[epoch - 1]}: {leader.Phase}, ");
            text.Append($"log {PackedLog.Describe(leader.Log)}, ");
            text.Append($"commit {leader.Commit}, heartbeats {leader.Sequence}, may commit in {leader.NotBefore} ticks\n");
        }

        return text.Append($"    visible to somebody: {PackedLog.Describe(state.Run.Chosen)}").ToString();
    }
}
