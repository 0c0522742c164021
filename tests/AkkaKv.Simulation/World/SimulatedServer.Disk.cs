using System.Runtime.InteropServices;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;
using AkkaKv.SimulatedStorage;
using AkkaKv.Simulation.Checks;
using AkkaKv.Storage;

namespace AkkaKv.Simulation.World;

/// <content>The disk: what is waiting for it, how it fails, and what a start finds on it.</content>
internal sealed partial class SimulatedServer
{
    private const int NoSpaceRetryMilliseconds = 1_000;

    private readonly List<DurableRecord> _waiting = [];
    private List<DurableRecord> _writing = [];
    private DurableStore? _store;
    private bool _isWriting;
    private bool _isFull;
    private bool _discards;
    private bool _failsNextSync;
    private int _discarded;
    private StoreId _storeOnDisk;
    private StoreId _putBackOver;

    public SimulatedFileSystem Disk { get; private set; }

    /// <summary>What the replica's log is in memory.</summary>
    public MirrorLog? Memory { get; private set; }

    /// <summary>What the disk has been seen to hold: everything that was reported as durable.</summary>
    public MirrorLog? Durable { get; private set; }

    /// <summary>What a disk that is lost had; null when nothing is lost, or when the loss was healed.</summary>
    public MirrorLog? Lost { get; private set; }

    /// <summary>Somebody damaged the files: the next start may refuse them.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Its files are those of a replica that votes, as far as anybody knows.</summary>
    public bool HasVoterOnDisk => Durable?.Mode == StoreMode.Voter && !IsDamaged;

    /// <summary>An older copy of its files was put back, and it has not got as far again as it was.</summary>
    public bool WasPutBack { get; private set; }

    /// <summary>Syncs take this much longer.</summary>
    public double DiskSlowness { get; set; } = 1;

    /// <summary>It noticed that its disk went back, and ended itself.</summary>
    public bool HasRefusedDisk { get; private set; }

    /// <summary>Starts the process on what the disk holds; a start that is refused is repeated as an operator would.</summary>
    public void Start()
    {
        if (IsUp) return;
        DurableStore? store = null;
        var options = Options() with { DiscardDamagedInto = _discards ? $"damaged-{++_discarded}" : null };
        try
        {
            During(FileWork.Start, () => store = DurableStore.Open(_cluster.DiskFor(Disk), options));
        }
        catch (SimulatedCrashException)
        {
            var crash = TakeCrash();
            _cluster.Trace.Say($"{Id} {crash}");
            Disk.Inject = null;
            crash.Strike(Disk);
            Timeline.After(Timeline.Milliseconds(5 + _random.Next(200)), Start);
            return;
        }
        catch (DamagedDataException problem)
        {
            if (!IsDamaged) throw new SafetyViolationException($"{Id} refuses files that nobody damaged: {problem.Message}", problem);
            _cluster.Trace.Say($"{Id} refuses to start: {problem.Message}");
            _discards = true;
            Disk.Kill();
            Timeline.After(Timeline.Milliseconds(100), Start);
            return;
        }
        catch (Exception problem) when (problem is StorageFailureException { IsDiskFull: true }
            || (problem is StoreRefusedException && Disk.CapacityBytes == 0))
        {
            Disk.Kill();
            Timeline.After(Timeline.Milliseconds(NoSpaceRetryMilliseconds), Start);
            return;
        }

        Recover(store!);
    }

    /// <summary>The disk has no room for another file, or has room again.</summary>
    public void Fill(bool isFull)
    {
        Disk.CapacityBytes = isFull ? 0 : long.MaxValue;
        if (!isFull) KickDisk();
    }

    /// <summary>Everything is in order with this machine from now on.</summary>
    public void Heal()
    {
        Fill(isFull: false);
        DiskSlowness = 1;
        _failsNextSync = false;
        _crash = null;
        if (IsPaused) Resume();
    }

    private void Recover(DurableStore store)
    {
        _store = store;
        _storeOnDisk = store.Identity.StoreId;
        var recovered = store.Load(LoadState);

        // A start that set the damaged files aside may have found no room for a new store, which a later one made.
        var discarded = store.DiscardedInto is not null || (_discards && recovered.Mode == StoreMode.Blank);
        if (discarded && Durable is not null)
        {
            if (Durable.Mode == StoreMode.Voter) Lost = Durable;
            Durable = null;
        }

        if (discarded) WasPutBack = false;
        if (WasPutBack) Durable ??= new MirrorLog(recovered);
        _cluster.Checks.OnRecovered(this, recovered, _writing);
        _writing.Clear();
        _discards = IsDamaged = false;
        Memory = new MirrorLog(recovered);
        Durable = Memory.Copy();
        Life++;
        var nonce = (long)(_random.NextBits() >> 1) | 1;
        Replica = new Replica(_cluster.SettingsOf(Id), recovered, nonce, Clock, _cluster.RulesFor(Clock.Now));
        _snapshotAt = recovered.Snapshot.Index;
        _cluster.Trace.Say($"{Id} starts, run {recovered.Incarnation}, {recovered.Mode}, promised {Memory.Promised}, log to {Memory.Last}");
        _cluster.Trace.Add(1, Id.Slot, recovered.Incarnation, Memory.Last.Index.Value);
        Schedule(_replicaMail, ProcessReplica);
    }

    /// <summary>What it holds and has promised is as good as what it had before an older copy of the same store was put back.</summary>
    private bool HasCaughtUp() => Lost is null
        || (_putBackOver == _storeOnDisk && Lost.Promised <= Durable!.Promised && Durable.Last.IsAtLeast(Lost.Last));

    private KeyValueState LoadState(SnapshotFileReader? reader)
    {
        if (reader is null) return new KeyValueState(_store?.Log.ClusterId ?? Durable!.Cluster);
        var bytes = new byte[reader.Length];
        reader.Read(0, bytes);
        var content = new SnapshotReader();
        content.Append(bytes);
        return content.Complete();
    }

    private void KickDisk()
    {
        if (_isWriting || _waiting.Count == 0 || !IsUp) return;
        _isWriting = true;
        _writing.Clear();
        _writing.AddRange(_waiting);
        _waiting.Clear();
        var life = Life;
        Timeline.After(SyncTime(), () =>
        {
            if (life == Life) FinishWriting();
        });
    }

    private long SyncTime()
    {
        var milliseconds = _cluster.Plan.SyncMilliseconds * (0.3 + (1.4 * _random.NextDouble()));
        if (_random.Chance(0.02)) milliseconds *= 10;
        return Timeline.Milliseconds(milliseconds * DiskSlowness);
    }

    private void FinishWriting()
    {
        if (!_isWriting || !IsUp) return;
        if (_failsNextSync)
        {
            _failsNextSync = false;
            Disk.Inject = operation => operation.Call == FileCall.Sync ? new FileFault(FaultKind.Error, SimulatedFileSystem.IoError)
                : default;
        }

        if (!Survives(Write)) return;
        Disk.Inject = null; // A fault that found nothing to sync.
        _isWriting = false;
        if (!_isFull) KickDisk();
    }

    private void Write()
    {
        var needsTidy = false;
        while (_writing.Count > 0)
        {
            var records = CollectionsMarshal.AsSpan(_writing);
            var count = _store!.Log.Write(records);
            if (count == 0) break;
            foreach (ref readonly var record in records[..count])
            {
                Durable!.Apply(record);
                needsTidy |= record.Kind is DurableRecordKind.Restart or DurableRecordKind.Identity;
                if (Durable.Mode == StoreMode.Voter && (!WasPutBack || HasCaughtUp())) (Lost, WasPutBack) = (null, false);
            }

            var replica = Replica!;
            var ticket = records[count - 1].Ticket;
            _writing.RemoveRange(0, count);
            _cluster.Trace.Add(2, Id.Slot, ticket);
            PostToReplica(() => replica.OnPersisted(ticket));
        }

        var isFull = _writing.Count > 0;
        _waiting.InsertRange(0, _writing);
        _writing.Clear();
        SetFull(isFull);
        if (needsTidy) During(FileWork.Tidying, () => _store!.Tidy());
        PutCheckpointInForce();
        if (_waiting.Count == 0 && _random.Chance(0.5)) _store!.Log.MarkDurable();
    }

    private void SetFull(bool isFull)
    {
        if (isFull)
        {
            // Nothing fits: what waits is tried again later, or when something new comes.
            var life = Life;
            Timeline.After(Timeline.Milliseconds(NoSpaceRetryMilliseconds), () =>
            {
                if (life == Life) KickDisk();
            });
        }

        if (_isFull == isFull) return;
        _isFull = isFull;
        _cluster.Trace.Say($"{Id} {(isFull ? "has no room on its disk" : "has room again")}");
        var replica = Replica!;
        PostToReplica(() => replica.OnDiskFull(isFull));
    }

    private void ForgetProcess()
    {
        _store = null;
        _isWriting = _isFull = _failsNextSync = false;
        _waiting.Clear();
        _capture?.Dispose();
        _capture = null;
        _checkpoint = null;
        _readers.Clear();
        _received.Clear();
    }
}
