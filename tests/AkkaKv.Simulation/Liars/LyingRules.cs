using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Simulation;

/// <summary>The rules of the protocol with any of them replaced; null leaves a rule as it is.</summary>
internal sealed class LyingRules : ProtocolRules
{
    public Func<bool>? Vote { get; init; }

    public Func<long, long, bool>? Durable { get; init; }

    public Func<Instant, Instant, TimeSpan>? Ago { get; init; }

    public Func<LogIndex, LogIndex, LogIndex>? Believe { get; init; }

    public bool LeaseSurvivesPromise { get; init; }

    public bool CountsRepeatedHeartbeats { get; init; }

    public bool TakesGrantsOfEarlierRuns { get; init; }

    public bool CountsLeaseFromGrant { get; init; }

    public bool RevokeKeepsAnchors { get; init; }

    public bool NumbersQuestionsAnew { get; init; }

    public bool ReadsIgnorePending { get; init; }

    public Func<Message.Promised, Message.Promised, bool>? Better { get; init; }

    public bool WaitsForNoLease { get; init; }

    public Func<int, int, bool>? All { get; init; }

    public bool CountsOldEntries { get; init; }

    public bool IgnoresHolders { get; init; }

    public Func<ulong, ulong, bool>? Evidence { get; init; }

    public bool GrantsToLaggards { get; init; }

    public Func<Instant, TimeSpan, Instant>? Reckon { get; init; }

    public bool KnowsCommitAtOnce { get; init; }

    public bool ConfirmsByOldHeartbeats { get; init; }

    public Func<bool, int, int, int, bool>? Seed { get; init; }

    public bool KeepsReceivedOfEarlierRuns { get; init; }

    public override bool MayVote(StoreMode mode) => Vote?.Invoke() ?? base.MayVote(mode);

    public override bool IsDurable(long ticket, long persisted) => Durable?.Invoke(ticket, persisted) ?? base.IsDurable(ticket, persisted);

    public override TimeSpan SinceAck(Instant now, Instant lastAck) => Ago?.Invoke(now, lastAck) ?? base.SinceAck(now, lastAck);

    public override LogIndex CommitUpTo(LogIndex announced, LogIndex verified) =>
        Believe?.Invoke(announced, verified) ?? base.CommitUpTo(announced, verified);

    public override bool PromiseEndsLease => !LeaseSurvivesPromise;

    public override bool IsNewHeartbeat(ulong sequence, ulong highestSeen) =>
        CountsRepeatedHeartbeats || base.IsNewHeartbeat(sequence, highestSeen);

    public override bool IsOwnGrant(LeaseGrant grant, long incarnation) => TakesGrantsOfEarlierRuns || base.IsOwnGrant(grant, incarnation);

    public override Instant LeaseStart(Instant anchor, Instant now) => CountsLeaseFromGrant ? now : base.LeaseStart(anchor, now);

    public override bool RevokeForgetsAnchors => !RevokeKeepsAnchors;

    public override long QuestionsFrom(long nonce) => NumbersQuestionsAnew ? 0 : base.QuestionsFrom(nonce);

    public override LogIndex ReadIndexOf(LogIndex pending) => ReadsIgnorePending ? LogIndex.Zero : base.ReadIndexOf(pending);

    public override bool IsBetter(Message.Promised candidate, Message.Promised best) =>
        Better?.Invoke(candidate, best) ?? base.IsBetter(candidate, best);

    public override Instant LeasesEnd(Instant received, TimeSpan sinceAck, TimeSpan wait) =>
        WaitsForNoLease ? received : base.LeasesEnd(received, sinceAck, wait);

    public override bool AllPromised(int promised, int replicas) => All?.Invoke(promised, replicas) ?? base.AllPromised(promised, replicas);

    public override bool MayCount(LogIndex index, LogIndex barrier) => CountsOldEntries || base.MayCount(index, barrier);

    public override bool HolderAgrees(LogIndex index, LogIndex held, Instant now, Instant until) =>
        IgnoresHolders || base.HolderAgrees(index, held, now, until);

    public override bool HasEvidence(ulong acknowledgedByMajority, ulong sentWhenAcknowledged) =>
        Evidence?.Invoke(acknowledgedByMajority, sentWhenAcknowledged) ?? base.HasEvidence(acknowledgedByMajority, sentWhenAcknowledged);

    public override bool IsCaughtUp(LogIndex held, LogIndex commit, LogIndex barrier) =>
        GrantsToLaggards ? barrier <= commit : base.IsCaughtUp(held, commit, barrier);

    public override Instant ReckonUntil(Instant acknowledged, TimeSpan wait) =>
        Reckon?.Invoke(acknowledged, wait) ?? base.ReckonUntil(acknowledged, wait);

    public override bool KnowsCommit(LogIndex commit, LogIndex barrier) => KnowsCommitAtOnce || base.KnowsCommit(commit, barrier);

    public override ulong ConfirmingSequence(ulong lastSent) => ConfirmsByOldHeartbeats ? 1 : base.ConfirmingSequence(lastSent);

    public override bool MaySeed(bool knownBlankBefore, int promised, int blank, int replicas) =>
        Seed?.Invoke(knownBlankBefore, promised, blank, replicas) ?? base.MaySeed(knownBlankBefore, promised, blank, replicas);

    public override LogIndex Received(LogIndex known, long knownIncarnation, LogIndex reported, long incarnation) =>
        KeepsReceivedOfEarlierRuns ? LogIndex.Max(known, reported) : base.Received(known, knownIncarnation, reported, incarnation);
}
