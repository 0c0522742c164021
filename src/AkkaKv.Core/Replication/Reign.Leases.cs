using System.Collections.Immutable;

namespace AkkaKv.Core.Replication;

/// <content>Heartbeats and what rides on them: leases (R6), slow holders (R10), departures (R16), blank stores (R12).</content>
internal sealed partial class Reign
{
    private ulong _sequence;
    private ulong _byMajority;
    private Instant _heartbeatAt = LongAgo;
    private LogIndex _commitAtHeartbeat;
    private long _revocations;

    /// <summary>Its store is known to be blank only since this epoch began, and all others are there: a new epoch may let it in.</summary>
    public Progress? RejoinCandidate
    {
        get
        {
            if (!IsBarrierCommitted) return null;
            var now = _clock.Now;
            Progress? candidate = null;
            foreach (var progress in _progress)
            {
                if (!progress.IsBlank && !(progress.HasPromised && IsAlive(progress, now))) return null;
                if (progress.IsBlank && !_knownBlank[progress.Id.Slot]) candidate ??= progress;
            }

            return candidate;
        }
    }

    /// <summary>Since when a majority, or the own replica, was not heard any more: a leader that is of no use.</summary>
    public Instant UsefulUntil
    {
        get
        {
            Span<long> heard = stackalloc long[_progress.Length];
            for (var i = 0; i < heard.Length; i++) heard[i] = _progress[i].AckedAt.Nanoseconds;
            heard.Sort();
            return Instant.Min(Own.AckedAt, new Instant(heard[heard.Length - Quorum.Size(heard.Length)]));
        }
    }

    /// <summary>When <see cref="Tick"/> is due.</summary>
    public Instant NextWake(Instant now)
    {
        var wake = IsAdopted ? _heartbeatAt : now + _settings.HeartbeatInterval;
        if (now < _sealFrom && !_requests.IsEmpty) wake = Instant.Min(wake, _sealFrom);
        foreach (var progress in _progress)
        {
            if (progress.Pace.RestsUntil is { } rested && now < rested) wake = Instant.Min(wake, rested);
        }

        if (_log.Last.Index <= _commit) return wake;
        if (_agreedAt is { } agreed && now < agreed + _settings.SlowHolder) wake = Instant.Min(wake, agreed + _settings.SlowHolder);
        if (now < _notBefore) wake = Instant.Min(wake, _notBefore);
        foreach (var progress in _progress)
        {
            if (now < progress.Until) wake = Instant.Min(wake, progress.Until);
        }

        return wake;
    }

    public void Tick(Instant now)
    {
        if (IsAdopted && _heartbeatAt <= now) SendHeartbeats(now);
        Repeat(now);
    }

    public void OnHeartbeatAcknowledged(ReplicaId from, Message.HeartbeatAcknowledged acknowledged)
    {
        var progress = _progress[from.Slot];
        if (!progress.HasPromised || acknowledged.Sequence > _sequence) return;
        var now = _clock.Now;
        progress.AckedAt = now;
        progress.DiskFull = acknowledged.DiskFull;
        progress.AckSequence = Math.Max(progress.AckSequence, acknowledged.Sequence);
        Learn(progress, acknowledged.Match, acknowledged.Received, acknowledged.Incarnation);
        if (progress.Candidate is null && !progress.IsSuspended && acknowledged.Incarnation > progress.LeftIncarnation)
            progress.Candidate = new Candidate(acknowledged.Sequence, acknowledged.Incarnation, _sequence, now);

        Span<ulong> sequences = stackalloc ulong[_progress.Length];
        for (var i = 0; i < _progress.Length; i++) sequences[i] = _progress[i].AckSequence;
        _byMajority = Quorum.Acknowledged(sequences);
        _reads.OnAcknowledged(_epoch, _byMajority);
    }

    public void OnRevoked(ReplicaId from, Message.Revoked revoked)
    {
        var progress = _progress[from.Slot];

        // An answer to an earlier revoke says nothing about leases granted since.
        if (!progress.IsSuspended || progress.Revocation == 0 || revoked.Revocation != progress.Revocation) return;
        progress.Revocation = 0;
        progress.Until = LongAgo;
        progress.Candidate = null;
    }

    public void OnLeave(ReplicaId from, Message.Leave leave)
    {
        var progress = _progress[from.Slot];
        if (leave.Incarnation < progress.Incarnation) return; // It is back already.
        progress.LeftIncarnation = leave.Incarnation;
        progress.Until = LongAgo;
        progress.Candidate = null;
    }

    public void OnBlank(ReplicaId from, Message.Blank blank)
    {
        var progress = _progress[from.Slot];
        if (progress.HasPromised && progress.AckedAt + _settings.LeaseWait > _clock.Now) return; // Its store was there just now.
        progress.HasPromised = false;
        progress.IsBlank = true;
        progress.Match = progress.Received = LogIndex.Zero; // What its lost disk had, nobody has.
        if (progress.Store != blank.Store) _knownBlank[from.Slot] = false;
        progress.Store = blank.Store;
        if (progress.Mode != ProgressMode.Snapshot && MaySeed(progress)) OrderSnapshot(progress, blank.Store, _clock.Now);
    }

    /// <summary>The leader stops cleanly (R16).</summary>
    public void StandDown()
    {
        foreach (var progress in _progress) _ready.ToReplica(progress.Id, new Message.StandDown(_epoch));
    }

    private bool MaySeed(Progress progress) =>
        progress.IsBlank && IsBarrierCommitted && _rules.MaySeed(
            _knownBlank[progress.Id.Slot], PromisedCount(), _progress.Count(static other => other.IsBlank), _settings.ReplicaCount);

    private bool IsAlive(Progress progress, Instant now) => !IsAdopted || now < progress.AckedAt + (_settings.Lease * 2);

    private void SendHeartbeats(Instant now)
    {
        _sequence++;
        _heartbeatAt = now + _settings.HeartbeatInterval;
        var peers = Describe(now);
        var full = _progress.Count(static progress => progress.HasPromised && !progress.DiskFull) < _settings.Majority;
        foreach (var progress in _progress)
        {
            if (!progress.HasPromised)
            {
                _ready.ToReplica(progress.Id, new Message.Prepare(_epoch, _cluster, _settings.Configuration));
                continue;
            }

            if (progress.IsSuspended) ConsiderReadmission(progress, now);
            var grant = GrantFor(progress, now);
            progress.SentCommit = LogIndex.Max(progress.SentCommit, _commit);
            _ready.ToReplica(progress.Id, new Message.Heartbeat(
                _epoch, _sequence, _commit, grant, _cluster, _settings.Configuration, full, peers));
        }

        _commitAtHeartbeat = _commit;
    }

    /// <summary>R6, when a heartbeat is about to leave.</summary>
    private LeaseGrant GrantFor(Progress progress, Instant now)
    {
        if (progress.Candidate is not { } candidate || _settings.Reads != ReadMode.Lease) return default;
        if (candidate.Time + _settings.Lease <= now)
        {
            progress.Candidate = null;
            return default;
        }

        if (progress.IsSuspended || !_rules.HasEvidence(_byMajority, candidate.SentSequence)) return default;
        var until = Instant.Max(progress.Until, _rules.ReckonUntil(candidate.Time, _settings.LeaseWait));
        if (_rules.IsCaughtUp(Held(progress), _commit, _barrier))
        {
            progress.Until = until;
            progress.Candidate = null;
            return new LeaseGrant(candidate.Sequence, candidate.Incarnation);
        }

        // It follows, but under load always a little behind a majority that does not wait for it. Waiting for it as if it had its lease
        // lets it catch up, and the next heartbeat grants it.
        if (IsBarrierCommitted && _commitAtHeartbeat <= Held(progress)) progress.Until = until;
        return default;
    }

    /// <summary>R10: a majority has the next entry for a while, and somebody who may hold a lease has not.</summary>
    private void RevokeSlowHolders(Instant now)
    {
        if (_agreedAt is not { } agreed || now < agreed + _settings.SlowHolder || now < _notBefore) return;
        foreach (var progress in _progress)
        {
            if (progress.IsSuspended || progress.Until <= now || Head <= Held(progress)) continue;
            var lacks = Math.Min(_log.BytesAfter(Held(progress)), Limits.EntryBytesInFlightMax);
            if (now < agreed + _settings.SlowHolder + ReplicationSettings.SlowestTransfer(lacks)) continue;
            progress.IsSuspended = true;
            progress.Revocation = ++_revocations;
            progress.KeepsUpSince = null;
            progress.Candidate = null;
            _ready.ToReplica(progress.Id, new Message.Revoke(_epoch, progress.Revocation));
            _ready.Notices.Add(new Notice.HolderSuspended(progress.Id, progress.ReadmitAfter));
        }
    }

    private void ConsiderReadmission(Progress progress, Instant now)
    {
        if (progress.Revocation != 0 && now < progress.Until)
            _ready.ToReplica(progress.Id, new Message.Revoke(_epoch, progress.Revocation));

        if (Held(progress) < _commitAtHeartbeat || !IsAlive(progress, now))
        {
            progress.KeepsUpSince = null;
            return;
        }

        progress.KeepsUpSince ??= now;
        if (now < progress.KeepsUpSince.Value + progress.ReadmitAfter) return;
        progress.IsSuspended = false;
        progress.Revocation = 0;
        var doubled = progress.ReadmitAfter * 2;
        progress.ReadmitAfter = doubled < _settings.ReadmitAfterMax ? doubled : _settings.ReadmitAfterMax;
        _ready.Notices.Add(new Notice.HolderReadmitted(progress.Id));
    }

    private ImmutableArray<PeerStatus> Describe(Instant now)
    {
        var peers = ImmutableArray.CreateBuilder<PeerStatus>(_progress.Length);
        foreach (var progress in _progress)
        {
            var reachable = progress.HasPromised && now < progress.AckedAt + _settings.Lease;
            peers.Add(new PeerStatus(progress.Id, progress.Match, now < progress.Until, reachable));
        }

        return peers.MoveToImmutable();
    }
}
