using System.Diagnostics;
using System.Runtime.InteropServices;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Storage;

/// <summary>
/// What the log's writer says, on its own thread: quickly, without throwing. An actor turns each into a message to itself.
/// </summary>
public interface ILogWriterListener
{
    /// <summary>All records up to this ticket are durable, or were undone by a durable record up to it.</summary>
    void OnPersisted(long ticket);

    /// <summary>A snapshot that was handed to <see cref="LogWriter.Checkpoint"/> is in force.</summary>
    void OnCheckpoint(LogPosition position);

    /// <summary>
    /// Entries wait because the disk is full, or no longer. Promises and truncations go on: a truncation from the first entry
    /// that waits cancels those that wait, and what comes after it can be durable at once.
    /// </summary>
    void OnDiskFull(bool isFull);

    /// <summary>The disk failed, or an invariant did: the process must stop (rule R13). Nothing is written any more.</summary>
    void OnFailed(Exception failure);
}

/// <summary>Counters of the writer since it started.</summary>
/// <param name="Syncs">Batches, each one write and one fdatasync.</param>
/// <param name="Records">Records in them.</param>
/// <param name="SyncTime">Time spent in writes and syncs together.</param>
/// <param name="SlowestSync">The slowest since the last look.</param>
/// <param name="SlowSyncs">Batches that took longer than <see cref="LogWriter.SlowSync"/>.</param>
/// <param name="Waiting">Records handed in and not durable yet.</param>
public readonly record struct LogWriterCounters(
    long Syncs, long Records, TimeSpan SyncTime, TimeSpan SlowestSync, long SlowSyncs, int Waiting);

/// <summary>
/// Group commit: one thread writes everything that was handed in while the last fdatasync ran, as one batch with one
/// fdatasync. A lone record is written at once; batches grow by themselves with the load. Steady traffic allocates nothing.
/// </summary>
/// <remarks>
/// The queue is bounded by its user, the replica, which holds the bounds on entries in flight (<c>Limits</c>); refusing a
/// record here would tear a hole into the log.
/// </remarks>
public sealed class LogWriter : IDisposable
{
    /// <summary>A batch that took longer than this counts as slow: ten times what a healthy disk needs at worst.</summary>
    public static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan DiskFullRetry = TimeSpan.FromSeconds(1);

    /// <summary>Under a steady stream the next batch says that the one before it was synced, so a mark would only cost a write.</summary>
    private static readonly TimeSpan MarkAfter = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly WriterSignal _work = new();
    private readonly object _tidyLock = new();
    private readonly DurableStore _store;
    private readonly ILogWriterListener _listener;
    private readonly Thread _thread;
    private readonly Thread _tidyThread;
    private List<DurableRecord> _incoming = [];
    private List<DurableRecord> _taken = [];
    private LogPosition? _checkpoint;
    private bool _isFull;
    private bool _isStopping;
    private bool _hasFailed;
    private bool _tidyWanted;
    private bool _tidyEnds;
    private LogWriterCounters _counters;

    public LogWriter(DurableStore store, ILogWriterListener listener)
    {
        _store = store;
        _listener = listener;
        _thread = new Thread(Run) { IsBackground = true, Name = "log writer" };
        _tidyThread = new Thread(RunTidy) { IsBackground = true, Name = "log tidy", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
        _tidyThread.Start();
    }

    /// <summary>A look at the counters; resets <see cref="LogWriterCounters.SlowestSync"/>.</summary>
    public LogWriterCounters TakeCounters()
    {
        lock (_lock)
        {
            var counters = _counters with { Waiting = _incoming.Count + _taken.Count };
            _counters = _counters with { SlowestSync = TimeSpan.Zero };
            return counters;
        }
    }

    /// <summary>Hands records in, in the order of their tickets. Never waits for the disk.</summary>
    public void Enqueue(ReadOnlySpan<DurableRecord> records)
    {
        if (records.IsEmpty) return;
        lock (_lock)
        {
            Invariant.Holds(!_isStopping);
            _incoming.AddRange(records);
        }

        _work.Set();
    }

    /// <summary>
    /// Puts a snapshot of this log, which is complete, in force after the records handed in so far; then older snapshots
    /// and the log before it are deleted. A later call replaces one that was not carried out yet.
    /// </summary>
    public void Checkpoint(LogPosition position)
    {
        lock (_lock)
        {
            _checkpoint = position;
        }

        _work.Set();
    }

    /// <summary>Writes what was handed in, unless the disk is full or failed, and ends.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isStopping) return;
            _isStopping = true;
        }

        _work.Set();
        _thread.Join();
        EndTidy();
        _tidyThread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        try
        {
            var isMarked = false;
            while (true)
            {
                var work = WaitForWork(isMarked);
                if (work == Work.Stop) break;
                isMarked = work == Work.Mark;
                if (isMarked) _store.Log.MarkDurable();
                else WriteTaken();
                PutCheckpointInForce();
            }

            if (!_hasFailed) _store.Log.MarkDurable();
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private Work WaitForWork(bool isMarked)
    {
        while (true)
        {
            TimeSpan? patience;
            lock (_lock)
            {
                if (_hasFailed) return Work.Stop;
                if (TakeIncoming() || IsCheckpointReady) return Work.Write;
                if (_isStopping) return Work.Stop;
                patience = !isMarked ? MarkAfter : _taken.Count > 0 ? DiskFullRetry : null;
            }

            if (!_work.Wait(patience)) return isMarked ? Work.Write : Work.Mark;
        }
    }

    /// <summary>
    /// Not while the log still waits to get as far as the snapshot, nor while it holds other entries there, which a record that waits
    /// takes away: recovery would believe them to follow the snapshot.
    /// </summary>
    private bool IsCheckpointReady => _checkpoint is { } position && position.Index <= _store.Log.Last
        && !Replaces(_taken, position) && !Replaces(_incoming, position);

    private static bool Replaces(List<DurableRecord> waiting, LogPosition position)
    {
        foreach (ref readonly var record in CollectionsMarshal.AsSpan(waiting))
        {
            if (record.Kind == DurableRecordKind.Restart) return true;
            if (record.Kind == DurableRecordKind.Truncate && record.From <= position.Index) return true;
        }

        return false;
    }

    private bool TakeIncoming()
    {
        if (_incoming.Count == 0) return false;
        if (_taken.Count == 0)
        {
            (_taken, _incoming) = (_incoming, _taken);
        }
        else
        {
            _taken.AddRange(_incoming);
            _incoming.Clear();
        }

        return true;
    }

    private void WriteTaken()
    {
        var done = 0;
        var needsTidy = false;
        while (done < _taken.Count)
        {
            var records = CollectionsMarshal.AsSpan(_taken)[done..];
            var start = Stopwatch.GetTimestamp();
            var count = _store.Log.Write(records);
            Count(count, Stopwatch.GetElapsedTime(start));
            if (count == 0) break;

            foreach (ref readonly var record in records[..count])
                needsTidy |= record.Kind is DurableRecordKind.Restart or DurableRecordKind.Identity;
            done += count;
            _listener.OnPersisted(records[count - 1].Ticket);
        }

        lock (_lock) _taken.RemoveRange(0, done);
        SetFull(_taken.Count > 0);
        if (needsTidy) WantTidy();
    }

    private void PutCheckpointInForce()
    {
        LogPosition position;
        lock (_lock)
        {
            if (!IsCheckpointReady) return;
            position = _checkpoint!.Value;
            _checkpoint = null;
        }

        // A restart behind a newer snapshot may have overtaken it.
        if (position.Index <= _store.Log.Base.Index) return;
        if (!_store.Log.TryCheckpoint(position)) return; // Not even the reserve has room: the next snapshot tries again.
        _listener.OnCheckpoint(position);
        WantTidy();
    }

    private void Count(int records, TimeSpan elapsed)
    {
        if (records == 0) return;
        lock (_lock)
        {
            _counters = _counters with
            {
                Syncs = _counters.Syncs + 1,
                Records = _counters.Records + records,
                SyncTime = _counters.SyncTime + elapsed,
                SlowestSync = elapsed > _counters.SlowestSync ? elapsed : _counters.SlowestSync,
                SlowSyncs = _counters.SlowSyncs + (elapsed > SlowSync ? 1 : 0),
            };
        }
    }

    private void SetFull(bool isFull)
    {
        if (_isFull == isFull) return;
        _isFull = isFull;
        _listener.OnDiskFull(isFull);
    }

    private void WantTidy()
    {
        lock (_tidyLock)
        {
            _tidyWanted = true;
            Monitor.Pulse(_tidyLock);
        }
    }

    private void EndTidy()
    {
        lock (_tidyLock)
        {
            _tidyEnds = true;
            Monitor.Pulse(_tidyLock);
        }
    }

    /// <summary>Deleting large files takes the file system a while, which must not be the writer's.</summary>
    private void RunTidy()
    {
        try
        {
            while (IsTidyWanted())
                _store.Tidy(RestFromTidying);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    /// <summary>Waits on a lock of its own: the writer's is pulsed for every batch.</summary>
    private bool IsTidyWanted()
    {
        lock (_tidyLock)
        {
            while (!_tidyWanted && !_tidyEnds) Monitor.Wait(_tidyLock);
            var isWanted = _tidyWanted;
            _tidyWanted = false;
            return isWanted;
        }
    }

    private void RestFromTidying(TimeSpan time) => Waiting.While(_tidyLock, time, () => !_tidyEnds);

    private void Fail(Exception failure)
    {
        lock (_lock)
        {
            if (_hasFailed) return;
            _hasFailed = true;
        }

        _work.Set();
        EndTidy();
        _listener.OnFailed(failure);
    }

    private enum Work
    {
        Write,

        /// <summary>Idle, and the disk does not say yet what is durable.</summary>
        Mark,
        Stop,
    }
}
