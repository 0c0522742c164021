namespace AkkaKv.Core.Replication;

/// <summary>
/// The decisions on which safety rests, one method each, so that each can be read, tested and, in the simulation alone, broken
/// on purpose to prove that its checkers notice. This is a seam for tests and no switch of the product, which has exactly
/// this instance: <see cref="Default"/>.
/// </summary>
internal class ProtocolRules
{
    public static ProtocolRules Default { get; } = new();

    // ---- A replica ----------------------------------------------------------------------------------------------------

    /// <summary>R12: a store that may have forgotten something counts for nothing.</summary>
    public virtual bool MayVote(StoreMode mode) => mode == StoreMode.Voter;

    /// <summary>R1, R4: what a promise or an acknowledgement says must be on disk before it leaves.</summary>
    public virtual bool IsDurable(long ticket, long persisted) => ticket <= persisted;

    /// <summary>R1: time since the last acknowledged heartbeat, or since the start, because what was before it is forgotten.</summary>
    public virtual TimeSpan SinceAck(Instant now, Instant lastAck) => now - lastAck;

    /// <summary>R4, R6: a commit index is believed only as far as this leader has checked this log.</summary>
    public virtual LogIndex CommitUpTo(LogIndex announced, LogIndex verified) => LogIndex.Min(announced, verified);

    /// <summary>R1: a promise to a new leader ends the lease of the old one at once.</summary>
    public virtual bool PromiseEndsLease => true;

    /// <summary>
    /// R6: only the first arrival of a heartbeat counts. A repeated one would move the beginning of its lease to a time at which
    /// the leader has long begun to count it.
    /// </summary>
    public virtual bool IsNewHeartbeat(ulong sequence, ulong highestSeen) => highestSeen < sequence;

    /// <summary>R6: a lease is for the run of the replica that saw the heartbeat.</summary>
    public virtual bool IsOwnGrant(LeaseGrant grant, long incarnation) => grant.Incarnation == incarnation;

    /// <summary>R6: a lease begins when its heartbeat was seen, not when the grant arrives.</summary>
    public virtual Instant LeaseStart(Instant anchor, Instant now) => anchor;

    /// <summary>R10: after a revoke, no grant that is still under way may revive the lease.</summary>
    public virtual bool RevokeForgetsAnchors => true;

    /// <summary>
    /// R8: where a run begins to number its questions. A leader may answer one of an earlier run of the same server after this one has
    /// asked, and that answer may be older than this one's reads.
    /// </summary>
    public virtual long QuestionsFrom(long nonce) => nonce;

    /// <summary>R7: a read waits for every entry in the log that touches its key.</summary>
    public virtual LogIndex ReadIndexOf(LogIndex pending) => pending;

    // ---- A leader -----------------------------------------------------------------------------------------------------

    /// <summary>R3: the better log is the one whose last entry has the later epoch; with equal epochs, the longer one.</summary>
    public virtual bool IsBetter(Message.Promised candidate, Message.Promised best) => !best.Last.IsAtLeast(candidate.Last);

    /// <summary>R3: leases of older epochs are over by this time on the leader's clock.</summary>
    public virtual Instant LeasesEnd(Instant received, TimeSpan sinceAck, TimeSpan wait) => received - sinceAck + wait;

    /// <summary>R3: when all have promised, no lease of an older epoch is left and there is nothing to wait for.</summary>
    public virtual bool AllPromised(int promised, int replicas) => promised == replicas;

    /// <summary>R5: entries of older epochs are committed by a newer one behind them, never by counting (Raft, 5.4.2).</summary>
    public virtual bool MayCount(LogIndex index, LogIndex barrier) => barrier <= index;

    /// <summary>R5: a replica that may hold a lease must have the entry.</summary>
    public virtual bool HolderAgrees(LogIndex index, LogIndex held, Instant now, Instant until) => index <= held || until <= now;

    /// <summary>R6: a majority must have acknowledged a heartbeat that left after the replica's own acknowledgement had come.</summary>
    public virtual bool HasEvidence(ulong acknowledgedByMajority, ulong sentWhenAcknowledged) =>
        sentWhenAcknowledged < acknowledgedByMajority;

    /// <summary>R6: whoever gets a lease has everything that is visible.</summary>
    public virtual bool IsCaughtUp(LogIndex held, LogIndex commit, LogIndex barrier) => commit <= held && barrier <= commit;

    /// <summary>R6: until when a lease must be reckoned with; its holder began to count before this leader does.</summary>
    public virtual Instant ReckonUntil(Instant acknowledged, TimeSpan wait) => acknowledged + wait;

    /// <summary>R8: before its barrier is committed, a leader does not know what is visible.</summary>
    public virtual bool KnowsCommit(LogIndex commit, LogIndex barrier) => barrier <= commit;

    /// <summary>R8: only a heartbeat sent after the question came can confirm that nobody else led by then.</summary>
    public virtual ulong ConfirmingSequence(ulong lastSent) => lastSent + 1;

    /// <summary>R12: a blank store is filled only in an epoch that every other store promised after it was known to be blank.</summary>
    public virtual bool MaySeed(bool knownBlankBefore, int promised, int blank, int replicas) =>
        knownBlankBefore && promised + blank == replicas;

    /// <summary>Option R: what a replica has in memory is forgotten with its run.</summary>
    public virtual LogIndex Received(LogIndex known, long knownIncarnation, LogIndex reported, long incarnation)
    {
        if (incarnation < knownIncarnation) return known;
        return knownIncarnation < incarnation ? reported : LogIndex.Max(known, reported);
    }
}
