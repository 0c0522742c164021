using System.Diagnostics;

namespace AkkaKv.Core.Replication;

/// <summary>What a leader instance is doing.</summary>
public enum LeaderPhase : byte
{
    /// <summary>It asks what its own store is, and if that is blank, what all stores are.</summary>
    Inspecting = 1,

    /// <summary>
    /// Its own store is blank and the cluster is not new: it cannot lead. The host should let another server have the
    /// leadership, so that this store can be filled.
    /// </summary>
    Blocked,

    /// <summary>It collects promises.</summary>
    Preparing,

    /// <summary>Its own replica fetches the best log.</summary>
    Adopting,

    /// <summary>It orders writes.</summary>
    Leading,

    /// <summary>Another leader was there, or nobody answered: it tries again a little later.</summary>
    BackingOff,

    /// <summary>It stood down.</summary>
    Stopped,
}

/// <summary>
/// One leader, from when the host starts it to when the host stops it: as many epochs as that takes. Pure and single-threaded like
/// <see cref="Replica"/>, and driven in the same way: <see cref="Step"/> for what arrives, <see cref="Flush"/> when nothing more
/// waits, <see cref="Tick"/> once at the start and then at <see cref="NextWake"/>; each time the host carries out
/// <see cref="Ready"/> (messages and notices only) and clears it. Two of them at once, anywhere, harm nothing but each other's speed.
/// </summary>
public sealed class LeaderInstance
{
    private readonly ReplicationSettings _settings;
    private readonly ProtocolRules _rules;
    private readonly IClock _clock;
    private readonly ulong _nonce;
    private readonly ClusterId _proposal;
    private readonly StoreId[] _blank;
    private readonly Refusals _refusals = new();

    private ulong _round;
    private Epoch _epoch;
    private ClusterId _cluster;
    private Genesis? _genesis;
    private Takeover? _takeover;
    private Reign? _reign;
    private Instant _deadline;
    private Instant _repeatAt;
    private Instant _rejoinAt;
    private Instant _reignedFrom;
    private bool _yields;
    private TimeSpan _backOff;
    private ulong _random;

    /// <summary>A leader beside the replica <see cref="ReplicationSettings.Self"/>.</summary>
    /// <param name="settings">What the servers agree on.</param>
    /// <param name="nonce">Drawn at random for every instance: makes its epochs unique.</param>
    /// <param name="newCluster">Drawn at random: names the cluster if this leader is the one that brings it to life.</param>
    /// <param name="clock">This machine's clocks.</param>
    public LeaderInstance(ReplicationSettings settings, ulong nonce, ClusterId newCluster, IClock clock)
        : this(settings, nonce, newCluster, clock, ProtocolRules.Default)
    {
    }

    internal LeaderInstance(ReplicationSettings settings, ulong nonce, ClusterId newCluster, IClock clock, ProtocolRules rules)
    {
        Invariant.Holds(newCluster != ClusterId.None);
        _settings = settings;
        _rules = rules;
        _clock = clock;
        _nonce = _random = nonce;
        _proposal = newCluster;
        _blank = new StoreId[settings.ReplicaCount];
        _backOff = settings.HeartbeatInterval;
        _rejoinAt = Reign.LongAgo;
        _deadline = Reign.LongAgo;
    }

    /// <summary>What the host has to do. It clears it afterwards.</summary>
    public Ready Ready { get; } = new();

    public LeaderPhase Phase { get; private set; } = LeaderPhase.BackingOff;

    /// <summary>The epoch that it has or wants.</summary>
    public Epoch Epoch => _epoch;

    /// <summary>What it has committed in its epoch; zero before.</summary>
    public LogIndex CommitIndex => _reign?.CommitIndex ?? LogIndex.Zero;

    /// <summary>When <see cref="Tick"/> is due, if nothing else happens before.</summary>
    public Instant NextWake { get; private set; }

    /// <summary>A message arrived.</summary>
    public void Step(ReplicaId from, Message message)
    {
        if (from.Slot >= _settings.ReplicaCount || message.Epoch != _epoch) return; // Of an epoch that is over.
        if (Phase is LeaderPhase.Stopped or LeaderPhase.BackingOff) return;
        switch (message)
        {
            case Message.Acknowledged acknowledged: _reign?.OnAcknowledged(from, acknowledged); break;
            case Message.Forward forward: _reign?.OnForward(from, forward); break;
            case Message.HeartbeatAcknowledged acknowledged: _reign?.OnHeartbeatAcknowledged(from, acknowledged); break;
            case Message.ReadIndex question: _reign?.OnReadIndex(from, question); break;
            case Message.AskCommit: _reign?.OnAskCommit(from); break;
            case Message.Diverged diverged: _reign?.OnDiverged(from, diverged); break;
            case Message.Fetched fetched: _reign?.OnFetched(fetched); break;
            case Message.FetchMissed missed: _reign?.OnFetchMissed(missed); break;
            case Message.Revoked revoked: _reign?.OnRevoked(from, revoked); break;
            case Message.Leave leave: _reign?.OnLeave(from, leave); break;
            case Message.Promised promised: OnPromised(from, promised); break;
            case Message.Blank blank: OnBlank(from, blank); break;
            case Message.Refused refused: OnRefused(refused); break;
            case Message.Misconfigured misconfigured: OnMisconfigured(from, misconfigured); break;
            case Message.Inspected inspected: OnInspected(from, inspected); break;
            case Message.Nominated nominated: _genesis?.OnNominated(from, nominated); break;
            case Message.Founded founded: OnFounded(from, founded); break;
            default: throw new UnreachableException($"{message.GetType().Name} is not for a leader.");
        }
    }

    /// <summary>Nothing more waits to be handed in: what was gathered goes out.</summary>
    public void Flush()
    {
        if (Phase == LeaderPhase.Stopped) return;
        var now = _clock.Now;
        if (_reign is { } reign)
        {
            reign.Flush(now);
            if (reign.IsAdopted) Phase = LeaderPhase.Leading;
            NextWake = Instant.Max(reign.NextWake(now), now + (_settings.HeartbeatInterval / 50));
        }
        else
        {
            NextWake = Phase == LeaderPhase.BackingOff ? _deadline : Instant.Min(_deadline, _repeatAt);
        }
    }

    /// <summary>Time has passed. Includes <see cref="Flush"/>.</summary>
    public void Tick()
    {
        var now = _clock.Now;
        switch (Phase)
        {
            case LeaderPhase.BackingOff:
                if (_deadline <= now) Inspect(now);
                break;
            case LeaderPhase.Inspecting or LeaderPhase.Blocked:
                if (_repeatAt <= now) RepeatInspection(now);
                break;
            case LeaderPhase.Preparing:
                if (_deadline <= now) BackOff(now);
                else if (_repeatAt <= now) AskForPromises(now);
                break;
            case LeaderPhase.Adopting or LeaderPhase.Leading:
                _reign!.Tick(now);
                WatchReign(_reign, now);
                break;
            case LeaderPhase.Stopped:
                break;
        }

        Flush();
    }

    /// <summary>
    /// The server stops cleanly, or the leadership moves (rule R16): nothing is committed any more, and leases are given back. Carry
    /// out <see cref="Ready"/> once more and call nothing else.
    /// </summary>
    public void StandDown()
    {
        _reign?.StandDown();
        _reign = null;
        Phase = LeaderPhase.Stopped;
        NextWake = Instant.Never;
    }

    private void Inspect(Instant now)
    {
        NewEpoch();
        Phase = LeaderPhase.Inspecting;
        _deadline = Instant.Never;
        RepeatInspection(now);
    }

    private void NewEpoch()
    {
        _reign = null;
        _takeover = null;
        _genesis = null;
        _epoch = new Epoch(++_round, _settings.Self.Slot, _nonce);
    }

    private void StartRound(Instant now)
    {
        NewEpoch();
        Phase = LeaderPhase.Preparing;
        _takeover = new Takeover(_settings, _rules, _epoch, _blank);
        _deadline = now + _settings.TakeoverTimeout + (_settings.TakeoverTimeout * (0.5 * NextRandom()));
        Ready.Notices.Add(new Notice.TakeoverStarted(_epoch));
        AskForPromises(now);
    }

    /// <summary>R2: the own replica promises, durably, before anybody else is asked.</summary>
    private void AskForPromises(Instant now)
    {
        _repeatAt = now + _settings.RetryInterval;
        var prepare = new Message.Prepare(_epoch, _cluster, _settings.Configuration);
        if (!_takeover!.HasPromised(_settings.Self))
        {
            Ready.ToReplica(_settings.Self, prepare);
            return;
        }

        foreach (var replica in _settings.Replicas)
        {
            if (!_takeover.HasPromised(replica)) Ready.ToReplica(replica, prepare);
        }
    }

    private void OnPromised(ReplicaId from, Message.Promised promised)
    {
        var now = _clock.Now;
        if (_reign is not null)
        {
            _reign.OnPromised(from, promised);
            return;
        }

        if (Phase != LeaderPhase.Preparing) return;
        var isOwn = from == _settings.Self && !_takeover!.HasPromised(from);
        _takeover!.OnPromised(from, promised, now);
        if (isOwn) AskForPromises(now);
        if (!_takeover.IsComplete(now, Ready.Notices))
        {
            if (isOwn && _takeover.IsOwnRejected) Block(now);
            return;
        }

        Phase = LeaderPhase.Adopting;
        _deadline = now + (_settings.TakeoverTimeout * 5);
        _reignedFrom = now;
        _reign = new Reign(_settings, _rules, _clock, Ready, _cluster, _takeover);
        _reign.Begin();
    }

    /// <summary>The store beside it does not count: its server learns that only from a leader elsewhere.</summary>
    private void Block(Instant now)
    {
        NewEpoch();
        Phase = LeaderPhase.Blocked;
        _deadline = Instant.Never;
        _repeatAt = now + _settings.RetryInterval;
    }

    private void OnBlank(ReplicaId from, Message.Blank blank)
    {
        if (blank.Nomination != ClusterId.None && _cluster != ClusterId.None && from != _settings.Self)
        {
            // It lived through the genesis of this cluster and missed its end.
            Ready.ToReplica(from, new Message.Found(_epoch, blank.Store, _cluster, Proven: true));
            return;
        }

        if (from == _settings.Self)
        {
            _cluster = ClusterId.None;
            Inspect(_clock.Now);
            return;
        }

        _takeover?.OnBlank(from, blank.Store);
        _reign?.OnBlank(from, blank);
    }

    private void OnInspected(ReplicaId from, Message.Inspected inspected)
    {
        if (Phase is not (LeaderPhase.Inspecting or LeaderPhase.Blocked)) return;
        var now = _clock.Now;
        if (from == _settings.Self && inspected.Mode == StoreMode.Voter)
        {
            // One that was deposed comes back only when the cluster has no leader; a new one takes over at once.
            if (_yields && inspected.HearsLeader) BackOff(now);
            else BeginAsVoter(inspected.Cluster, now);
            return;
        }

        if (from == _settings.Self && _genesis is null)
        {
            _genesis = new Genesis(_settings, _epoch, _proposal, Ready);
            _genesis.OnInspected(from, inspected);
            RepeatInspection(now);
            return;
        }

        _genesis?.OnInspected(from, inspected);
        ReportBlocked();
    }

    private void RepeatInspection(Instant now)
    {
        _repeatAt = now + _settings.RetryInterval;
        if (_genesis is null) Ready.ToReplica(_settings.Self, new Message.Inspect(_epoch, ClusterId.None, _settings.Configuration));
        else _genesis.Tick();
    }

    private void ReportBlocked()
    {
        if (_genesis is null || _genesis.IsBlocked == (Phase == LeaderPhase.Blocked)) return;
        Phase = _genesis.IsBlocked ? LeaderPhase.Blocked : LeaderPhase.Inspecting;
        if (_genesis.IsBlocked) Ready.Notices.Add(new Notice.OwnStoreBlank(_genesis.OwnStore));
    }

    private void OnFounded(ReplicaId from, Message.Founded founded)
    {
        if (from == _settings.Self && Phase is LeaderPhase.Inspecting or LeaderPhase.Blocked) BeginAsVoter(founded.Cluster, _clock.Now);
    }

    private void BeginAsVoter(ClusterId cluster, Instant now)
    {
        _cluster = cluster;
        StartRound(now);
    }

    private void OnRefused(Message.Refused refused)
    {
        if (refused.Later <= _epoch) return;
        _round = Math.Max(_round, refused.Later.Round);
        Ready.Notices.Add(new Notice.Deposed(_epoch, refused.Later));
        var now = _clock.Now;

        // Its own replica has merely promised something later, once: no rival need be alive.
        if (Phase == LeaderPhase.Preparing && !_takeover!.HasPromised(_settings.Self)) StartRound(now);
        else BackOff(now);
    }

    private void OnMisconfigured(ReplicaId from, Message.Misconfigured other) => _refusals.Tell(
        Ready.Notices,
        new Notice.ConfigurationRefused(from, _cluster, other.Cluster, _settings.Configuration, other.Configuration),
        _clock.Now);

    private void WatchReign(Reign reign, Instant now)
    {
        if (!reign.IsAdopted)
        {
            if (_deadline <= now) BackOff(now);
            return;
        }

        if (reign.IsBarrierCommitted && _reignedFrom + (_settings.TakeoverTimeout * 5) <= now) _backOff = _settings.HeartbeatInterval;
        if (reign.UsefulUntil + _settings.LeaderSilence <= now)
        {
            Ready.Notices.Add(new Notice.LeaderLonely(_epoch));
            reign.StandDown();
            BackOff(now);
        }
        else if (_rejoinAt <= now && reign.RejoinCandidate is { } candidate)
        {
            _rejoinAt = now + (_settings.TakeoverTimeout * 5);
            _blank[candidate.Id.Slot] = candidate.Store;
            Ready.Notices.Add(new Notice.RejoinStarted(candidate.Id, candidate.Store));
            StartRound(now);
        }
    }

    private void BackOff(Instant now)
    {
        _reign = null;
        _takeover = null;
        _yields = true;
        Phase = LeaderPhase.BackingOff;
        _deadline = now + (_backOff * (0.5 + NextRandom()));
        var doubled = _backOff * 2;
        _backOff = doubled < _settings.TakeoverTimeout * 2 ? doubled : _settings.TakeoverTimeout * 2;
    }

    /// <summary>SplitMix64 from the nonce: the same instance does the same again in a replay.</summary>
    private double NextRandom()
    {
        var mixed = _random += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
