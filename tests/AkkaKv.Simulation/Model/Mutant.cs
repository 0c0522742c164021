namespace AkkaKv.Simulation.Model;

/// <summary>
/// The protocol, and versions of it that are one line away. All but the equivalent one lose or misreport something, and the model must
/// find out how. The numbers 1 to 25 are those of the protocol's evidence; those from 26 on are refinements that its text leaves open.
/// </summary>
internal enum Mutant
{
    /// <summary>The protocol as it should be.</summary>
    None = 0,

    /// <summary>R6: a lease counts from the receipt of the grant.</summary>
    LeaseFromGrant = 1,

    /// <summary>R6: a grant needs no acknowledgements of a majority.</summary>
    GrantWithoutEvidence = 2,

    /// <summary>R6: acknowledgements of the candidate's own heartbeat are evidence enough.</summary>
    OldEvidence = 3,

    /// <summary>R3: a new leader does not wait for the leases of older ones.</summary>
    NoWait = 4,

    /// <summary>R5: an entry of an older epoch commits by counting copies.</summary>
    CommitOldEpoch = 5,

    /// <summary>R3: the best log is that of the newest promise.</summary>
    BestByPromise = 6,

    /// <summary>R3: the best log is the longest.</summary>
    BestByLength = 7,

    /// <summary>R5: a majority commits, whoever holds a lease.</summary>
    IgnoreHolders = 8,

    /// <summary>R4: the leader's commit counts for entries that it did not verify.</summary>
    CommitUnverified = 9,

    /// <summary>R6: a grant does not ask whether the holder has what is committed.</summary>
    GrantWithoutCatchUp = 10,

    /// <summary>R6: the leader counts the lease a tick short.</summary>
    DropHolderEarly = 11,

    /// <summary>R11: a restarted replica says that it acknowledged no heartbeat lately.</summary>
    RestartForgetsAcks = 12,

    /// <summary>R7: a read takes no notice of entries that are not committed yet.</summary>
    IgnorePending = 13,

    /// <summary>R1: a lease survives the promise to a newer leader.</summary>
    LeaseSurvivesPromise = 14,

    /// <summary>R5: what a majority has is told to replicas before the holders have it.</summary>
    ExposeEarly = 15,

    /// <summary>R12: a replica that lost its disk votes.</summary>
    BlankVotes = 16,

    /// <summary>R12: the epoch that lets a blank replica in has the promises of a mere majority.</summary>
    RejoinByMajority = 17,

    /// <summary>R8: a read index before the barrier is committed.</summary>
    ReadBeforeBarrier = 18,

    /// <summary>R8: a read index confirmed by acknowledgements of heartbeats sent before it.</summary>
    ReadByOldAcks = 19,

    /// <summary>R1: a promise is not durable.</summary>
    VolatilePromise = 20,

    /// <summary>R11: a lease survives a restart. Equivalent, unless received entries count (option R).</summary>
    LeaseSurvivesRestart = 21,

    /// <summary>R4: an entry is acknowledged before it is durable.</summary>
    AckBeforeSync = 23,

    /// <summary>Option R: what an earlier incarnation received counts for the one that lost it.</summary>
    StaleReceived = 24,

    /// <summary>R10: a revoke leaves the anchors, so that a late grant revives the lease.</summary>
    RevokeKeepsAnchors = 25,

    /// <summary>R6: a grant does not name the incarnation of the holder.</summary>
    GrantForAnyIncarnation = 26,

    /// <summary>R6: a repeated heartbeat moves its anchor.</summary>
    RepeatMovesAnchor = 27,

    /// <summary>R10: the answer to an earlier revoke counts after the holder was admitted again.</summary>
    StaleRevoked = 28,

    /// <summary>R10: a revoke forgets which heartbeats were seen, so that a repeated one anchors anew.</summary>
    RevokeForgetsSeen = 29,
}
