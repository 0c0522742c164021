using AkkaKv.SimulatedStorage;
using AkkaKv.Storage;

namespace AkkaKv.Simulation;

/// <summary>What is between the storage and its disk: everything passes, and liars change a few calls.</summary>
internal abstract class DiskBetween(SimulatedFileSystem disk) : IFileSystem
{
    public string Root => disk.Root;

    protected SimulatedFileSystem Disk => disk;

    public IDisposable Lock(string name) => disk.Lock(name);

    public IReadOnlyList<string> List() => disk.List();

    public virtual IFile Open(string name) => disk.Open(name);

    public virtual IFile Create(string name) => disk.Create(name);

    public virtual void Rename(string name, string newName) => disk.Rename(name, newName);

    public virtual void Delete(string name) => disk.Delete(name);

    public void SetAside(string name, string folder) => disk.SetAside(name, folder);

    public void SyncDirectory() => disk.SyncDirectory();

    /// <summary>A file whose syncs are done by somebody else, or by nobody.</summary>
    protected sealed class FileBetween(IFile file, Action sync) : IFile
    {
        public string Name => file.Name;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source) => file.Write(offset, source);

        public void Sync() => sync();

        public void Dispose() => file.Dispose();
    }
}

/// <summary>
/// The storage with the sync of a snapshot put off until what the snapshot replaces is about to be deleted: after the log has named it.
/// </summary>
internal sealed class LateSnapshotDisk(SimulatedFileSystem disk) : DiskBetween(disk)
{
    private string? _unsynced;

    public override IFile Create(string name) =>
        name.StartsWith("snapshot-", StringComparison.Ordinal)
            ? new FileBetween(Disk.Create(name), () => _unsynced = name)
            : base.Create(name);

    public override void Rename(string name, string newName)
    {
        base.Rename(name, newName);
        if (_unsynced == name) _unsynced = newName;
    }

    public override void Delete(string name)
    {
        if (_unsynced is { } late && Disk.List().Contains(late))
        {
            using var file = Disk.Open(late);
            file.Sync();
        }

        _unsynced = null;
        base.Delete(name);
    }
}

/// <summary>The storage with the older snapshots deleted as soon as a newer one is complete: before the log has named it.</summary>
internal sealed class EarlyTidyDisk(SimulatedFileSystem disk) : DiskBetween(disk)
{
    public override void Rename(string name, string newName)
    {
        base.Rename(name, newName);
        if (!newName.StartsWith("snapshot-", StringComparison.Ordinal)) return;
        foreach (var older in Disk.List())
        {
            if (older.StartsWith("snapshot-", StringComparison.Ordinal) && string.CompareOrdinal(older, newName) < 0) Disk.Delete(older);
        }
    }

    /// <summary>What is gone already.</summary>
    public override void Delete(string name)
    {
        if (Disk.List().Contains(name)) base.Delete(name);
    }
}

/// <summary>
/// The storage with no sync of a new store's log before the store has its identity: what says that there is a log is there before the log.
/// </summary>
internal sealed class EarlyIdentityDisk(SimulatedFileSystem disk) : DiskBetween(disk)
{
    public override IFile Open(string name) =>
        name == "log-next.wal" && !Disk.Names.Contains("identity") ? new FileBetween(Disk.Open(name), static () => { }) : base.Open(name);
}
