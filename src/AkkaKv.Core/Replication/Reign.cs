using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <summary>
/// One epoch of a leader from the moment it has its promises: adoption (R3), entries (R4), commits (R5), heartbeats and leases (R6),
/// slow holders (R10), blank stores (R12). It keeps no log of its own but the newest entries; its log <em>is</em> its own
/// replica's, and it speaks with that one by messages like with all others.
/// </summary>
internal sealed partial class Reign
{
    /// <summary>Most messages with entries under way to one replica.</summary>
    private const int MessagesInFlightMax = 8;

    private readonly ReplicationSettings _settings;
    private readonly ProtocolRules _rules;
    private readonly IClock _clock;
    private readonly Ready _ready;
    private readonly ClusterId _cluster;
    private readonly Epoch _epoch;
    private readonly StoreRegistry _stores;
    private readonly bool[] _knownBlank;
    private readonly ReplicaLog _log;
    private readonly Progress[] _progress;
    private readonly RequestQueue _requests;
    private readonly ReadRounds _reads;

    private ReplicaId _best;
    private StoreRegistry _recorded = StoreRegistry.Empty; // By this leader's barrier.
    private long _stamp;
    private long _transfers;
    private Instant _notBefore;
    private LogIndex _commit;
    private LogIndex _barrier = LogIndex.End;
    private Instant? _agreedAt;
    private Message.Replicate? _newest;
    private Instant _sealFrom = LongAgo;

    public Reign(
        ReplicationSettings settings, ProtocolRules rules, IClock clock, Ready ready, ClusterId cluster, Takeover takeover)
    {
        _settings = settings;
        _rules = rules;
        _clock = clock;
        _ready = ready;
        _cluster = cluster;
        _epoch = takeover.Epoch;
        _knownBlank = takeover.KnownBlank;
        _stores = takeover.Stores;
        _best = takeover.BestReplica;
        _stamp = takeover.Best.LastStamp;
        _notBefore = takeover.LeasesEnd;
        _log = new ReplicaLog(takeover.Best.Last, []);
        _requests = new RequestQueue(settings.ReplicaCount);
        _reads = new ReadRounds(rules, ready);
        _progress = [.. settings.Replicas.Select(static id => new Progress(id))];
        foreach (var progress in _progress)
        {
            progress.Next = _log.Last.Index.Next;
            progress.ReadmitAfter = settings.ReadmitAfter;
            progress.HasPromised = takeover.HasPromised(progress.Id);
            progress.IsBlank = takeover.IsBlank(progress.Id);
            progress.Store = takeover.StoreOf(progress.Id);
            progress.AckedAt = progress.HasPromised ? clock.Now : LongAgo;
        }
    }

    /// <summary>Before every moment of this epoch.</summary>
    public static Instant LongAgo { get; } = new(long.MinValue / 2);

    /// <summary>The own replica has the best log, and the barrier is behind it.</summary>
    public bool IsAdopted => _barrier != LogIndex.End;

    public bool IsBarrierCommitted => _barrier <= _commit;

    public LogIndex CommitIndex => _commit;

    public LogPosition Last => _log.Last;

    private Progress Own => _progress[_settings.Self.Slot];

    /// <summary>The best log is known: make it the own replica's, or begin at once if it is.</summary>
    public void Begin()
    {
        var now = _clock.Now;
        if (_best == _settings.Self) BeginWriting(now);
        else Pump(Own, now);
    }

    /// <summary>A promise after the majority's. It counts if it comes from the store that the cluster knows for the slot.</summary>
    public void OnPromised(ReplicaId from, Message.Promised promised)
    {
        var progress = _progress[from.Slot];
        if (progress.HasPromised) return;
        var known = progress.IsBlank ? progress.Store : _stores[from];
        if (known != StoreId.None && known != promised.Store)
        {
            TellReplaced(from, promised.Store);
            return;
        }

        progress.HasPromised = true;
        progress.IsBlank = false;
        progress.Store = promised.Store;
        progress.Transfer = 0;
        progress.Rewind(_log.Last.Index.Next);
        progress.AckedAt = _clock.Now;
        if (_rules.AllPromised(PromisedCount(), _settings.ReplicaCount)) _notBefore = Instant.Min(_notBefore, _clock.Now);
    }

    public void OnForward(ReplicaId from, Message.Forward forward)
    {
        if (!_requests.TryAdd(from, forward)) _ready.Notices.Add(new Notice.BadRequests(from, forward.Requests.Length));
    }

    public void OnReadIndex(ReplicaId from, Message.ReadIndex question) =>
        _reads.Ask(from, question.Id, _commit, _barrier, _sequence);

    public void OnAskCommit(ReplicaId from) => _ready.ToReplica(from, new Message.Advance(_epoch, _commit));

    /// <summary>What was gathered goes out.</summary>
    public void Flush(Instant now)
    {
        AdvanceCommit(now);
        if (IsAdopted) Seal(now);
        foreach (var progress in _progress) Pump(progress, now);
        if (!IsAdopted) return;
        foreach (var progress in _progress)
        {
            if (!progress.HasPromised || progress.SentCommit >= _commit) continue;
            progress.SentCommit = _commit;
            _ready.ToReplica(progress.Id, new Message.Advance(_epoch, _commit));
        }

        if (_reads.Awaited > _sequence && (_byMajority == _sequence || _heartbeatAt <= now)) SendHeartbeats(now);
        RevokeSlowHolders(now);
    }

    /// <summary>Only once it is committed that the slot has another store: until then the next leader may know of none.</summary>
    private void TellReplaced(ReplicaId replica, StoreId store)
    {
        var recorded = _recorded[replica];
        if (!IsBarrierCommitted || recorded == StoreId.None || recorded == store) return;
        _ready.ToReplica(replica, new Message.Replaced(_epoch, store, recorded));
    }

    private void BeginWriting(Instant now)
    {
        _best = _settings.Self;
        var stores = _stores;
        foreach (var progress in _progress)
        {
            if (progress.Store != StoreId.None) stores = stores.With(progress.Id, progress.Store);
        }

        _recorded = stores;
        AppendEntry(EntryKind.Barrier, stores.Encode());
        _barrier = _log.Last.Index;
        _heartbeatAt = now;
        _ready.Notices.Add(new Notice.Leading(_epoch, _log.Base));
    }

    /// <summary>R14: stamps never go back, whoever leads.</summary>
    private void AppendEntry(EntryKind kind, ReadOnlyMemory<byte> payload)
    {
        _stamp = Math.Max(_stamp, _clock.UnixMilliseconds);
        _log.Append(new Entry(new LogPosition(_epoch, _log.Last.Index.Next), _stamp, kind, payload));
    }

    private void Seal(Instant now)
    {
        var committed = LogIndex.Max(_commit, _barrier.Previous);
        while (!_requests.IsEmpty && _sealFrom <= now)
        {
            var inFlight = _log.Last.Index - committed;
            if (inFlight >= _settings.EntriesInFlightMax || (inFlight > 0 && _requests.Bytes < _settings.OverlapBytes)) return;
            var payload = _requests.Take();
            AppendEntry(EntryKind.Requests, payload);
            if (IsSomebodyFarBehind(now)) _sealFrom = now + ReplicationSettings.SlowestTransfer(payload.Length);
        }
    }

    /// <summary>
    /// A replica that follows, but no longer from what is in memory here, would soon need a snapshot, and its clients would wait for
    /// that. New entries come more slowly then, yet no more slowly than anything that is in use can follow.
    /// </summary>
    private bool IsSomebodyFarBehind(Instant now)
    {
        foreach (var progress in _progress)
        {
            if (!progress.HasPromised || progress.Match == LogIndex.Zero || !IsAlive(progress, now)) continue;
            if (_log.BytesAfter(progress.Match) > _settings.LogTailBytes / 2) return true;
        }

        return false;
    }

    /// <summary>R5. The three conditions hold for every smaller index if they hold for one, so the largest is found from above.</summary>
    private void AdvanceCommit(Instant now)
    {
        if (!IsAdopted) return;
        Span<LogIndex> matched = stackalloc LogIndex[_progress.Length];
        for (var i = 0; i < _progress.Length; i++) matched[i] = _progress[i].Match;
        var agreed = Quorum.Committed(matched);
        NoteAgreement(agreed, now);
        if (now < _notBefore) return;

        foreach (var progress in _progress)
        {
            if (!_rules.HolderAgrees(agreed, Held(progress), now, progress.Until)) agreed = LogIndex.Min(agreed, Held(progress));
        }

        if (agreed <= _commit || !_rules.MayCount(agreed, _barrier)) return;
        Invariant.Holds(agreed <= _log.Last.Index);
        var first = !IsBarrierCommitted;
        _commit = agreed;
        _agreedAt = null;
        NoteAgreement(Quorum.Committed(matched), now);
        _log.Trim(_commit, _settings.LogTailBytes);
        if (!first || !IsBarrierCommitted) return;
        _reads.OnBarrierCommitted(_commit, _barrier, _sequence);
        _ready.Notices.Add(new Notice.BarrierCommitted(_epoch, _barrier));
    }

    /// <summary>Since when a majority has the entry that would be committed next.</summary>
    private void NoteAgreement(LogIndex agreed, Instant now)
    {
        if (agreed < Head) _agreedAt = null;
        else _agreedAt ??= now;
    }

    private LogIndex Head => LogIndex.Max(_commit.Next, _barrier);

    /// <summary>What a lease holder must have: on its disk, or with option R in its memory.</summary>
    private LogIndex Held(Progress progress) =>
        _settings.CountReceived ? LogIndex.Max(progress.Match, progress.Received) : progress.Match;

    private int PromisedCount() => _progress.Count(static progress => progress.HasPromised);
}
