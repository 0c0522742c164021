using System.Collections.Immutable;
using System.Diagnostics;
using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <summary>
/// One copy of the data: promises, log, lease, map, and the origin of this server's requests. Pure and single-threaded: every input
/// is a call, every effect is in <see cref="Ready"/>, time comes from the clock alone, so a seed replays it.
/// <para>
/// The host calls <see cref="Step"/>, <see cref="Submit"/> and the like for whatever has arrived; when nothing more waits it calls
/// <see cref="Flush"/>, carries out <see cref="Ready"/> and clears it; and it calls <see cref="Tick"/> at <see cref="NextWake"/>. Sinks
/// of clients are called from inside these calls and must not call back. An <see cref="InvariantException"/> from any
/// of them ends the process (rule R13).
/// </para>
/// </summary>
public sealed partial class Replica : IReplicaView
{
    private readonly ReplicationSettings _settings;
    private readonly ProtocolRules _rules;
    private readonly IClock _clock;
    private readonly long _incarnation;
    private readonly StoreId _store;
    private readonly ReplicaLog _log;
    private readonly LeaseHolder _leases;
    private readonly LocalReads _localReads;
    private readonly ReadQueue _reads;
    private readonly RequestForwarder _forwarder;
    private readonly SnapshotSender _sender;
    private readonly SnapshotReceiver _receiver;
    private readonly List<Item> _expired = [];

    private KeyValueState _state;
    private StoreMode _mode;
    private ClusterId _cluster;
    private Epoch _promised;
    private LogIndex _snapshot;

    private long _ticket;
    private long _persisted;
    private bool _diskFull;
    private int _reachable;
    private Instant? _leavesBy;
    private bool _stopped;
    private Instant _statusDue;
    private volatile ReplicaStatus _status;

    /// <summary>A replica as its store remembers it (rule R11).</summary>
    /// <param name="settings">What the servers agree on.</param>
    /// <param name="recovered">What the store says.</param>
    /// <param name="nonce">
    /// Positive and drawn at random for every start: tells the session and the questions of this run from those of others.
    /// </param>
    /// <param name="clock">This machine's clocks.</param>
    public Replica(ReplicationSettings settings, RecoveredReplica recovered, long nonce, IClock clock)
        : this(settings, recovered, nonce, clock, ProtocolRules.Default)
    {
    }

    internal Replica(ReplicationSettings settings, RecoveredReplica recovered, long nonce, IClock clock, ProtocolRules rules)
    {
        Invariant.Holds(settings.Self.Slot < settings.ReplicaCount && settings.ReplicaCount <= Limits.ReplicasMax);
        Invariant.Holds(recovered.State.Applied == recovered.Snapshot);
        Invariant.Holds(nonce > 0);
        _settings = settings;
        _rules = rules;
        _clock = clock;
        _incarnation = recovered.Incarnation;
        _store = recovered.StoreId;
        _mode = recovered.Mode;
        _cluster = recovered.ClusterId;
        _promised = recovered.Promised;
        _snapshot = recovered.Snapshot.Index;
        _state = recovered.State;
        _log = new ReplicaLog(recovered.Snapshot, recovered.Entries);
        foreach (var entry in recovered.Entries) _state.MarkPending(entry);

        _verified = _received = _state.AppliedIndex;
        _lastAck = clock.Now;
        _leases = new LeaseHolder(rules, settings.Lease, _incarnation);
        _localReads = new LocalReads(_leases, clock, _state);
        _reads = new ReadQueue(settings, rules, nonce);
        _forwarder = new RequestForwarder(settings, nonce);
        _sender = new SnapshotSender(settings, Ready);
        _receiver = new SnapshotReceiver(Ready);
        _reachable = settings.ReplicaCount;
        _status = Describe(_lastAck);
    }

    /// <summary>What the host has to do. It clears it afterwards.</summary>
    public Ready Ready { get; } = new();

    /// <summary>Reads for any thread.</summary>
    public ILocalReads Reads => _localReads;

    /// <summary>At most a heartbeat old, for any thread; after a pause of the process older, and then not ready.</summary>
    public ReplicaStatus Status
    {
        get
        {
            var status = _status;
            return status.Ready && status.AsOf + _settings.Lease < _clock.Now ? status with { Ready = false } : status;
        }
    }

    /// <summary>The map: to read from any thread as its own page allows, to capture on the replica's.</summary>
    public KeyValueState State => _localReads.State;

    /// <summary>When <see cref="Tick"/> is due, if nothing else happens before.</summary>
    public Instant NextWake { get; private set; }

    /// <summary>
    /// There is more to apply than one step should: call <see cref="Flush"/> again, behind what waits to be handed in by then.
    /// </summary>
    public bool MustFlushAgain => !_stopped && Commit < Committed && !IsResting;

    /// <summary>
    /// What <see cref="Stop"/> asked for is done: carry out <see cref="Ready"/> once more and call nothing else.
    /// </summary>
    public bool HasStopped => _stopped;

    /// <summary>
    /// Whether this replica would answer a read by itself at this moment: for checkers that look at all replicas at once.
    /// </summary>
    internal bool HoldsLease => _leases.IsValid(_clock.Now);

    /// <summary>Where the log is applied.</summary>
    private LogIndex Commit => _state.AppliedIndex;

    /// <summary>Where it may be.</summary>
    private LogIndex Committed =>
        LogIndex.Min(_rules.CommitUpTo(_announced, _settings.CountReceived ? _received : _verified), _log.Last.Index);

    /// <summary>A lease holder applies what is committed at once: its clients may wait for it.</summary>
    private bool IsResting => _pace.RestsUntil is not null && _pace.Rests(_clock.Now) && !_leases.IsValid(_clock.Now);

    private bool LeaderHeard => _heardEpoch == _promised && _promised != Epoch.None && _clock.Now < _heardAt + _settings.Lease;

    /// <summary>
    /// A leader is heard that can serve. One alone always hears itself, also when it has slept and another one leads by now: what it is
    /// not sent was certainly not executed.
    /// </summary>
    private bool IsLed => LeaderHeard && _leaderIsFollowed;

    /// <summary>A message arrived. Messages of servers that are not configured never get here.</summary>
    public void Step(ReplicaId from, Message message)
    {
        if (from.Slot >= _settings.ReplicaCount || _stopped) return;
        switch (message)
        {
            case Message.Replicate replicate: OnReplicate(replicate); break;
            case Message.Advance advance: OnAdvance(advance); break;
            case Message.Heartbeat heartbeat: OnHeartbeat(heartbeat); break;
            case Message.Prepare prepare: OnPrepare(prepare); break;
            case Message.Replaced replaced: OnReplaced(replaced); break;
            case Message.Revoke revoke: OnRevoke(revoke); break;
            case Message.StandDown standDown: OnStandDown(standDown); break;
            case Message.Fetch fetch: OnFetch(fetch); break;
            case Message.ReadIndexed indexed: OnReadIndexed(indexed); break;
            case Message.SendSnapshot send: OnSendSnapshot(send); break;
            case Message.SnapshotChunk chunk: OnSnapshotChunk(from, chunk); break;
            case Message.SnapshotAcknowledged acknowledged: _sender.OnAcknowledged(from, acknowledged, _clock.Now); break;
            case Message.Inspect inspect: OnInspect(inspect); break;
            case Message.Nominate nominate: OnNominate(nominate); break;
            case Message.Found found: OnFound(found); break;
            default: throw new UnreachableException($"{message.GetType().Name} is not for a replica.");
        }
    }

    /// <summary>Commands of a client session. The sink is called once, now or later.</summary>
    public void Submit(ClientRequest request)
    {
        if (RefusalOf() is { } refusal) request.Sink.OnReply(new ClientReply(refusal, default));
        else if (_clusterDiskFull && LeaderHeard) request.Sink.OnReply(new ClientReply(ReplyStatus.DiskFull, default));
        else _forwarder.Add(request, _clock.Now);
    }

    /// <summary>A read that <see cref="Reads"/> could not serve. The sink is called once, now or later.</summary>
    public void Read(ClientRead read)
    {
        var now = _clock.Now;
        if (RefusalOf() is { } refusal) read.Sink.OnRefused(refusal);
        else _reads.Add(read, _state, _leases.IsValid(now), now);
    }

    /// <summary>Nothing more waits to be handed in: what was gathered goes out.</summary>
    public void Flush()
    {
        if (_stopped) return;
        AdvanceCommit();
        var now = _clock.Now;
        if (_leases.IsValid(now)) _reads.OnLease(_state, now);
        if (LeaderHeard)
        {
            ProposeExpiries(now);
            if (_leaderIsFollowed) _forwarder.Send(_promised, Ready, now);
            _reads.Ask(_promised, Ready, now);
        }

        var reachable = _reachable >= _settings.Majority;
        _forwarder.Expire(reachable, now);
        _reads.Expire(RefusalOfRead(reachable), now);
        if (_statusDue <= now) Publish(now);
        NextWake = Wake(now);
        TryLeave(now);
    }

    /// <summary>Time has passed. Includes <see cref="Flush"/>.</summary>
    public void Tick()
    {
        _sender.Tick(_clock.Now);
        Flush();
    }

    /// <summary>How many servers this one can reach, itself included: decides between two ways of saying no.</summary>
    public void OnReachable(int servers) => _reachable = servers;

    /// <summary>
    /// The disk has little room left, or has room again. While it has not, no entries are accepted, so that promises, truncations and
    /// what was handed over before still fit.
    /// </summary>
    public void OnDiskFull(bool full) => _diskFull = full;

    /// <summary>A snapshot of this replica's own state is durable, and the log on disk may now begin after it.</summary>
    public void OnSnapshotTaken(LogPosition position) => _snapshot = LogIndex.Max(_snapshot, position.Index);

    /// <summary>
    /// The server stops cleanly (rule R16): the lease ends now, no other is taken, and waiting clients learn what is known. The leader
    /// is told, and then the replica <see cref="HasStopped"/>. When the leader was beside it and stops as well, it stays until it has
    /// promised the next one its epoch: only if all promise need older leases not be waited for (rule R3). That wait ends by
    /// itself W after the newest heartbeat, and so does its stay. Go on as before until then.
    /// </summary>
    public void Stop()
    {
        if (_leavesBy is not null) return;
        var now = _clock.Now;
        var isMissed = _rules.MayVote(_mode) && _settings.ReplicaCount > 1;
        _leavesBy = isMissed ? _lastAck + _settings.LeaseWait : now;
        _leases.Close();
        _forwarder.GiveUp(_reachable >= _settings.Majority);
        _reads.RefuseAll(ReplyStatus.TryAgain);
        NextWake = Instant.Min(NextWake, _leavesBy.Value);
        TryLeave(now);
    }

    private void TryLeave(Instant now)
    {
        if (_leavesBy is not { } by) return;
        var hearsAnother = LeaderHeard && _promised.Leader != _settings.Self && _rules.MayVote(_mode);
        if (!hearsAnother && now < by) return;
        if (hearsAnother) Ready.ToLeader(_promised.Leader, new Message.Leave(_promised, _incarnation));
        NextWake = Instant.Never;
        _stopped = true;
    }

    private ReplyStatus? RefusalOf() => _leavesBy is not null || !_rules.MayVote(_mode) ? ReplyStatus.Loading : null;

    private ReplyStatus RefusalOfRead(bool majorityReachable)
    {
        if (IsLed) return ReplyStatus.Loading;
        return majorityReachable ? ReplyStatus.TryAgain : ReplyStatus.NoReplicas;
    }

    private void ProposeExpiries(Instant now)
    {
        if (_promised.Leader != _settings.Self || _state.SoonestExpiry > _clock.UnixMilliseconds) return;
        if (!_forwarder.MayPropose(now)) return;
        _expired.Clear();
        _state.CollectExpired(_clock.UnixMilliseconds, Limits.ExpiriesPerRound, _expired);
        _forwarder.Propose(_expired, _promised, Ready, now);
    }

    private long Persist(DurableRecord record)
    {
        Ready.Persist.Add(record);
        return record.Ticket;
    }

    private Instant Wake(Instant now)
    {
        if (MustFlushAgain) return now;
        var wake = Instant.Min(_forwarder.NextWake(IsLed), _reads.NextWake(LeaderHeard));
        wake = Instant.Min(wake, _sender.NextWake);
        if (_leavesBy is { } by) wake = Instant.Min(wake, by);
        if (Commit < Committed && _pace.RestsUntil is { } rested) wake = Instant.Min(wake, rested);
        if (_promised.Leader == _settings.Self && _state.SoonestExpiry != Item.NoExpiry)
        {
            var untilExpiry = Math.Clamp(_state.SoonestExpiry - _clock.UnixMilliseconds, 0, 60_000);
            wake = Instant.Min(wake, now + TimeSpan.FromMilliseconds(untilExpiry));
        }

        // Whatever is due already waits for somebody else; a short while keeps the host from spinning.
        return Instant.Max(wake, now + (_settings.HeartbeatInterval / 50));
    }

    private void Publish(Instant now)
    {
        _status = Describe(now);
        _statusDue = now + _settings.HeartbeatInterval;
    }

    private ReplicaStatus Describe(Instant now)
    {
        var heard = LeaderHeard;
        var role = heard && _promised.Leader == _settings.Self ? ReplicaRole.Leader : ReplicaRole.Follower;
        return new ReplicaStatus
        {
            AsOf = now,
            Id = _settings.Self,
            Role = heard ? role : ReplicaRole.Searching,
            Mode = _mode,
            ClusterId = _cluster,
            Epoch = _promised,
            Leader = heard ? _promised.Leader : null,
            Commit = Commit,
            Last = _log.Last,
            Snapshot = _snapshot,
            LeaseValid = _leases.IsValid(now),
            Ready = IsLed && _isOpen && _mode == StoreMode.Voter && _announced - Commit <= _settings.EntriesInFlightMax,
            PendingRequests = _forwarder.Count,
            ParkedReads = _reads.Count,
            Peers = heard ? _peers : ImmutableArray<PeerStatus>.Empty,
        };
    }
}
