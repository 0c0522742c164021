using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.SimulatedStorage;

namespace AkkaKv.Simulation.World;

/// <summary>
/// One server: the real replica, at times a real leader, and the real storage on a simulated disk. It does for them what the
/// product's actors do: hand in what has arrived, flush, carry out what they ask for, tick when they want it. It dies and
/// starts again at any moment.
/// </summary>
internal sealed partial class SimulatedServer
{
    private readonly SimulatedCluster _cluster;
    private readonly Prng _random;
    private readonly List<(Outgoing Message, long Life)> _held = [];
    private Mailbox _replicaMail = new();
    private Mailbox _leaderMail = new();
    private double _pauseMilliseconds;
    private bool _writesBeforePause;
    private bool _isLeaving;
    private int _sendsBeforePause;

    public SimulatedServer(SimulatedCluster cluster, ReplicaId id, Prng random)
    {
        _cluster = cluster;
        _random = random;
        Id = id;
        Clock = new SimulatedClock(cluster.Timeline, (1 + random.Next(1_000_000)) * 1_000_000_000L, random.Next(5_000) - 2_500);
        Disk = new SimulatedFileSystem(random.NextBits());
    }

    public ReplicaId Id { get; }

    public SimulatedClock Clock { get; }

    /// <summary>Counts starts and deaths: what belongs to an earlier life means nothing any more.</summary>
    public int Life { get; private set; }

    public bool IsUp => Replica is not null;

    public bool IsPaused { get; private set; }

    public Replica? Replica { get; private set; }

    public LeaderInstance? Leader { get; private set; }

    /// <summary>What this run of the leader has committed, as far as the checkers have seen.</summary>
    public LogPosition LeaderCommitSeen { get; set; }

    private Timeline Timeline => _cluster.Timeline;

    public void Deliver(ReplicaId from, Part part, Message message)
    {
        if (Replica is not { } replica) return;
        if (part == Part.Replica)
        {
            PostToReplica(() => replica.Step(from, message));
        }
        else if (Leader is { } leader)
        {
            _leaderMail.Post(() => leader.Step(from, message));
            Schedule(_leaderMail, ProcessLeader);
        }
    }

    /// <summary>Something for the replica's thread.</summary>
    public void PostToReplica(Action action)
    {
        _replicaMail.Post(action);
        Schedule(_replicaMail, ProcessReplica);
    }

    public void StartLeader()
    {
        if (!IsUp || _isLeaving || Leader is not null) return;
        var leader = new LeaderInstance(
            _cluster.SettingsOf(Id), _cluster.NextNonce(), new ClusterId(_random.NextGuid()), Clock, _cluster.RulesFor(Clock.Now));
        Leader = leader;
        LeaderCommitSeen = default;
        _leaderMail = new Mailbox();
        _cluster.Trace.Say($"{Id} starts a leader");
        Schedule(_leaderMail, ProcessLeader);
    }

    /// <summary>The leadership ends here: cleanly, or because its actor is gone.</summary>
    public void StopLeader(bool cleanly)
    {
        if (Leader is not { } leader || IsPaused) return;
        _cluster.Trace.Say($"{Id} stops its leader{(cleanly ? " cleanly" : "")}");
        if (cleanly)
        {
            leader.StandDown();
            SendAll(leader.Ready);
        }

        Leader = null;
    }

    /// <summary>
    /// The process stands still inside its next step: before the disk has anything of it, before any message of it leaves, or when some
    /// have left.
    /// </summary>
    public void PauseSoon(double milliseconds) => _pauseMilliseconds = milliseconds;

    /// <summary>The process stands still from now on, as after SIGSTOP, until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        IsPaused = true;
        _cluster.Trace.Say($"{Id} stands still");
    }

    /// <summary>A process that stands still goes on.</summary>
    public void Resume()
    {
        IsPaused = false;
        foreach (var (message, life) in _held)
            if (life == Life) _cluster.Network.Send(Id, message);
        _held.Clear();
        KickDisk();
        _replicaMail.TickDue = _leaderMail.TickDue = true;
        Schedule(_replicaMail, ProcessReplica);
        Schedule(_leaderMail, ProcessLeader);
    }

    /// <summary>A clean stop of the whole process (rule R16).</summary>
    public void StopCleanly()
    {
        if (Replica is not { } replica || IsPaused || _isLeaving) return;
        StopLeader(cleanly: true);
        _isLeaving = true;
        _cluster.Trace.Say($"{Id} stops cleanly");
        var life = Life;
        Timeline.After(Timeline.Milliseconds(_random.NextDouble() * 20), () =>
        {
            if (life == Life) PostToReplica(replica.Stop);
        });
    }

    private void FinishStopping()
    {
        _cluster.Trace.Say($"{Id} has stopped");
        FinishWriting();
        FinishWriting(); // What came while the first batch was under way.
        if (!IsUp) return;
        Disk.Kill();
        Vanish();
    }

    private void Schedule(Mailbox mail, Action process)
    {
        if (mail.IsScheduled || IsPaused) return;
        mail.IsScheduled = true;
        var life = Life;
        Timeline.After(Timeline.Milliseconds(0.005 + (_random.NextDouble() * 0.05)), () =>
        {
            mail.IsScheduled = false;
            if (life == Life && !IsPaused && (mail == _replicaMail || mail == _leaderMail)) process();
        });
    }

    private void ProcessReplica()
    {
        var replica = Replica!;
        try
        {
            _replicaMail.Empty();
        }
        catch (StoreWentBackException found)
        {
            RefuseDisk(found);
            return;
        }

        if (Replica != replica) return;
        if (_replicaMail.TickDue) replica.Tick();
        else replica.Flush();
        _replicaMail.TickDue = false;
        Wake(_replicaMail, replica.NextWake, ProcessReplica);
        MaybePause();
        CarryOut(replica.Ready);
        _cluster.Checks.OnReplicaStep(this);
        if (Replica != replica) return;
        if (replica.HasStopped && !IsPaused) FinishStopping();
        else ConsiderSnapshot(replica);
    }

    private void ProcessLeader()
    {
        if (Leader is not { } leader) return;
        _leaderMail.Empty();
        if (Leader != leader) return;
        if (_leaderMail.TickDue) leader.Tick();
        else leader.Flush();
        _leaderMail.TickDue = false;
        Wake(_leaderMail, leader.NextWake, ProcessLeader);
        _cluster.Checks.OnLeaderStep(this, leader);
        MaybePause();
        SendAll(leader.Ready);
        if (leader.Phase == LeaderPhase.Blocked) StopLeader(cleanly: true); // Another server must have the leadership.
    }

    private void Wake(Mailbox mail, Instant instant, Action process)
    {
        var at = Clock.TrueTimeOf(instant);
        if (at >= mail.WakeAt && mail.WakeAt > Timeline.Now) return;
        mail.WakeAt = at;
        var life = Life;
        Timeline.At(at, () =>
        {
            if (life != Life || mail.WakeAt != at) return;
            mail.WakeAt = long.MaxValue;
            mail.TickDue = true;
            Schedule(mail, process);
        });
    }

    private void MaybePause()
    {
        if (_pauseMilliseconds == 0) return;
        IsPaused = true;
        _writesBeforePause = _random.Chance(0.5);
        _sendsBeforePause = _random.Chance(0.5) ? _random.Next(4) : 0;
        _cluster.Trace.Say($"{Id} stands still for {_pauseMilliseconds:F0} ms");
        var life = Life;
        Timeline.After(Timeline.Milliseconds(_pauseMilliseconds), () =>
        {
            if (life == Life) Resume();
        });
        _pauseMilliseconds = 0;
    }

    private void CarryOut(Ready ready)
    {
        foreach (var record in ready.Persist)
        {
            _cluster.Checks.OnRecord(this, record);
            if (record.Kind == DurableRecordKind.Promise)
                _cluster.PromisedBefore[(_store!.Identity.StoreId, record.Promised)] = Memory!.Promised;
            Memory!.Apply(record);
            _waiting.Add(record);
        }

        if (ready.Persist.Count > 0 && (!IsPaused || _writesBeforePause)) KickDisk();
        foreach (var effect in ready.Effects) Do(effect);
        SendAll(ready);
    }

    private void SendAll(Ready ready)
    {
        foreach (var notice in ready.Notices)
        {
            _cluster.Trace.Say($"{Id} notes {notice}");
            _cluster.Checks.OnNotice(notice);
        }

        foreach (var sent in ready.Send)
        {
            _cluster.Checks.OnSend(this, sent.Message);
            _cluster.OnSent(Id, sent);
            if (IsPaused && --_sendsBeforePause < 0) _held.Add((sent, Life));
            else _cluster.Network.Send(Id, sent);
        }

        ready.Clear();
    }

    private void Vanish()
    {
        Life++;
        Replica = null;
        Leader = null;
        IsPaused = false;
        _isLeaving = false;
        _pauseMilliseconds = 0;
        _held.Clear();
        _replicaMail = new Mailbox();
        _leaderMail = new Mailbox();
        ForgetProcess();
        _cluster.OnDied(this);
    }
}
