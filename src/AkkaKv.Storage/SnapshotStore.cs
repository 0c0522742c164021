using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// The snapshot files of a store. A complete file counts only when the log names it, as the end of a checkpoint or of a
/// restart; until then the older one stays, so a crash at any point leaves one of the two in force, whole.
/// </summary>
public sealed class SnapshotStore
{
    private readonly IFileSystem _files;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _temporaries = [];
    private readonly HashSet<long> _complete = [];

    private readonly Action<TimeSpan>? _rest;

    /// <param name="files">Where they are.</param>
    /// <param name="rest">How the writer of one that nobody waits for rests; null for one that does not.</param>
    internal SnapshotStore(IFileSystem files, Action<TimeSpan>? rest) => (_files, _rest) = (files, rest);

    /// <summary>
    /// Starts a snapshot of this replica's own state. Writing takes time on purpose (<see cref="Pace"/>): it needs a thread of its own.
    /// </summary>
    /// <param name="cluster">The cluster the state belongs to.</param>
    /// <param name="position">The last position that it covers.</param>
    /// <exception cref="StorageFailureException">The disk is full, or failed.</exception>
    public SnapshotFileWriter Create(ClusterId cluster, LogPosition position) =>
        Start(cluster, position, "", new Pace(_rest));

    /// <summary>Starts a snapshot that another replica sends. It may run beside one of this replica's own.</summary>
    public SnapshotFileWriter Receive(ClusterId cluster, LogPosition position) =>
        Start(cluster, position, ".received", new Pace(rest: null));

    /// <summary>Opens a complete snapshot to load it or to serve it to others.</summary>
    /// <exception cref="DamagedDataException">It is missing, or its header does not verify.</exception>
    public SnapshotFileReader Open(LogPosition position)
    {
        var reader = Open(position.Index);
        if (reader.Position == position) return reader;
        reader.Dispose();
        throw new DamagedDataException(_files.PathOf(FileNames.Snapshot(position.Index.Value)), 0, "this is another snapshot");
    }

    /// <summary>Opens the file that has its name from this index, whatever the log says of it.</summary>
    internal SnapshotFileReader Open(LogIndex index)
    {
        var name = FileNames.Snapshot(index.Value);
        IFile file;
        try
        {
            file = _files.Open(name);
        }
        catch (StorageFailureException problem) when (problem.ErrorNumber == LibC.NoEntry)
        {
            throw new DamagedDataException(_files.PathOf(name), 0, "the log needs this snapshot, and it is missing");
        }

        try
        {
            return new SnapshotFileReader(file, _files.PathOf(name));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The highest index that a file has its name from; zero without any.</summary>
    internal LogIndex Newest()
    {
        var newest = LogIndex.Zero;
        foreach (var name in _files.List())
        {
            if (FileNames.IsSnapshot(name, out var index)) newest = LogIndex.Max(newest, new LogIndex(index));
        }

        return newest;
    }

    /// <summary>A complete snapshot with this index is there.</summary>
    internal bool Has(LogIndex index)
    {
        lock (_lock) return _complete.Contains(index.Value);
    }

    /// <summary>Deletes all snapshots before the one that the log names now. Readers of them may finish.</summary>
    internal void DropBefore(LogIndex index) => Drop(found => found < index.Value);

    /// <summary>At a start: only the snapshot that the log names is kept; what is newer was never installed.</summary>
    internal void KeepOnly(LogIndex index)
    {
        Drop(found => found != index.Value);
        lock (_lock)
            if (index > LogIndex.Zero) _complete.Add(index.Value);
    }

    internal void Publish(SnapshotFileWriter writer, Pace pace)
    {
        var name = FileNames.Snapshot(writer.Position.Index.Value);
        using (var reader = new SnapshotFileReader(_files.Open(writer.TemporaryName), _files.PathOf(writer.TemporaryName)))
            reader.Verify(pace);
        _files.Rename(writer.TemporaryName, name);
        _files.SyncDirectory();
        lock (_lock)
        {
            _temporaries.Remove(writer.TemporaryName);
            _complete.Add(writer.Position.Index.Value);
        }
    }

    internal void Abandon(SnapshotFileWriter writer)
    {
        lock (_lock) _temporaries.Remove(writer.TemporaryName);
        if (_files.List().Contains(writer.TemporaryName)) _files.Delete(writer.TemporaryName);
    }

    private SnapshotFileWriter Start(ClusterId cluster, LogPosition position, string mark, Pace pace)
    {
        var name = FileNames.TemporaryFor(FileNames.Snapshot(position.Index.Value) + mark);
        lock (_lock) Invariant.Holds(_temporaries.Add(name));
        try
        {
            return new SnapshotFileWriter(this, _files.Create(name), cluster, position, pace);
        }
        catch
        {
            lock (_lock) _temporaries.Remove(name);
            throw;
        }
    }

    private void Drop(Predicate<long> isUnwanted)
    {
        var dropped = false;
        foreach (var name in _files.List())
        {
            if (!FileNames.IsSnapshot(name, out var index) || !isUnwanted(index)) continue;
            lock (_lock) _complete.Remove(index);
            _files.Delete(name);
            dropped = true;
        }

        if (dropped) _files.SyncDirectory();
    }
}
