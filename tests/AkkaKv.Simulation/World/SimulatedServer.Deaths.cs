using System.Runtime.InteropServices;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.SimulatedStorage;
using AkkaKv.Simulation.Checks;
using AkkaKv.Storage;

namespace AkkaKv.Simulation.World;

/// <content>How it dies, and what becomes of its disk then.</content>
internal sealed partial class SimulatedServer
{
    private FileCrash? _crash;

    /// <summary>The process dies. What it wrote stays in the page cache.</summary>
    public void Kill() => Die("is killed", static disk => disk.Kill());

    /// <summary>The machine loses power.</summary>
    public void LosePower()
    {
        var loss = (PowerLoss)_random.Next(3);
        Die($"loses power ({loss})", disk => disk.LosePower(loss));
    }

    /// <summary>It will die in the middle of work on its files.</summary>
    public void CrashInside(FileCrash crash) => _crash = crash;

    public void FailNextSync() => _failsNextSync = true;

    /// <summary>The disk is replaced by an empty one.</summary>
    public void LoseDisk()
    {
        Die("loses its disk", static disk => disk.Kill());
        if (Durable?.Mode == StoreMode.Voter) Lost = Durable;
        Durable = null;
        IsDamaged = WasPutBack = false;
        Disk = new SimulatedFileSystem(_random.NextBits());
    }

    /// <summary>The process dies, and before it starts again somebody puts an older image of its disk back.</summary>
    public void PutBack(SimulatedFileSystem image)
    {
        Die("is killed, and an older image of its disk is put back", static disk => disk.Kill());
        if (Durable?.Mode == StoreMode.Voter) Lost = Durable;
        Durable = null;
        WasPutBack = true;
        _putBackOver = _storeOnDisk;
        _cluster.CopiesPutBack++;
        IsDamaged = _discards = false;
        Disk = image;
    }

    /// <summary>
    /// A bit flips on the disk of a server that is down. A start and an end come first, as a disk says only with its next batch that the
    /// one before was synced: a bit of the very last batch is told from a torn write by nothing.
    /// </summary>
    public void Rot()
    {
        Die("is killed, and its disk rots", static disk => disk.Kill());
        var capacity = Disk.CapacityBytes;
        Disk.CapacityBytes = long.MaxValue; // A start on a full disk may get nowhere.
        var store = DurableStore.Open(Disk, Options());
        var recovered = store.Load(LoadState);
        _cluster.Checks.OnRecovered(this, recovered, _writing);
        _writing.Clear();
        Durable = new MirrorLog(recovered);
        store.Dispose();
        Disk.Kill();
        Disk.CapacityBytes = capacity;
        var files = Disk.Names.Where(static name => !name.Contains('/', StringComparison.Ordinal)
            && (name.EndsWith(".wal", StringComparison.Ordinal) || name.EndsWith(".kv", StringComparison.Ordinal))).ToList();
        if (files.Count == 0) return;
        var file = files[_random.Next(files.Count)];
        var content = Disk.Content(file);
        var used = Array.FindLastIndex(content, static octet => octet != 0) + 1;
        Disk.FlipBit(file, _random.Next(used * 8));
        IsDamaged = true;
    }

    private void RefuseDisk(StoreWentBackException found)
    {
        if (!WasPutBack) throw new SafetyViolationException($"H33: {Id} refuses a disk that nobody put back: {found.Message}", found);
        _store!.Distrust(found.Message);
        _cluster.CopiesNoticed++;
        HasRefusedDisk = IsDamaged = true;
        Durable = null;
        Die($"ends itself: {found.Message}", static disk => disk.Kill());
    }

    private StoreOptions Options() => new()
    {
        Server = Id,
        NewStoreId = new StoreId(_random.NextGuid()),
        SegmentBytes = _cluster.Plan.SegmentBytes,
        ReserveBytes = 16 * 1024,
        PrepareInBackground = false,
    };

    private void Die(string how, Action<SimulatedFileSystem> loses)
    {
        if (!IsUp)
        {
            loses(Disk);
            return;
        }

        _cluster.Trace.Say($"{Id} {how}");
        _cluster.Trace.Add(3, Id.Slot);
        if (_isWriting && _writing.Count > 0 && !_cluster.Plan.IsScripted && _random.Chance(0.6)) WriteHalf();
        Disk.Inject = null;
        loses(Disk);
        Vanish();
    }

    /// <summary>Work on its files in which the process may die.</summary>
    /// <exception cref="SimulatedCrashException">It did.</exception>
    private void During(FileWork kind, Action work)
    {
        if (_crash is not { } crash || crash.Work != kind)
        {
            work();
            return;
        }

        var before = Disk.Inject;
        Disk.Inject = operation =>
            crash.Next(operation) is { Kind: not FaultKind.None } fault ? fault : before?.Invoke(operation) ?? default;
        try
        {
            work();
        }
        finally
        {
            Disk.Inject = before;
        }
    }

    /// <summary>Does what touches the files of a process that runs.</summary>
    /// <returns>False if it ended itself because its disk failed, or died in the middle.</returns>
    private bool Survives(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (StorageFailureException failure)
        {
            _isWriting = false; // What is on disk of it, the next start finds out.
            Die($"ends itself: {failure.Message}", static disk => disk.Kill());
        }
        catch (SimulatedCrashException)
        {
            _isWriting = false;
            var crash = TakeCrash();
            Die($"{crash}", crash.Strike);
        }

        return false;
    }

    /// <summary>The death that was to come has come.</summary>
    private FileCrash TakeCrash()
    {
        var crash = _crash!;
        _crash = null;
        _cluster.Crashes[(int)crash.Work]++;
        return crash;
    }

    /// <summary>The batch that was under way got to some call of the file system, and not further.</summary>
    private void WriteHalf()
    {
        var left = 1 + _random.Next(6);
        var kind = _random.Chance(0.5) ? FaultKind.CrashBefore : FaultKind.CrashAfter;
        Disk.Inject = _ => --left == 0 ? new FileFault(kind) : default;
        try
        {
            _store!.Log.Write(CollectionsMarshal.AsSpan(_writing));
        }
        catch (SimulatedCrashException)
        {
            // It died there.
        }
    }
}
