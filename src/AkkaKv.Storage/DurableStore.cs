using System.Text;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;

namespace AkkaKv.Storage;

/// <summary>
/// Everything one server remembers: opened once at a start, which recovers it, and held until the server stops. Files in
/// the directory: <c>identity</c>, <c>lock</c>, <c>log-&lt;first index&gt;.wal</c>, <c>log-next.wal</c> (made ahead),
/// <c>snapshot-&lt;index&gt;.kv</c>, <c>*.tmp</c> while something is being written, and <c>distrusted</c> in a store that must not be
/// used again.
/// </summary>
/// <remarks>
/// The log is the one source of truth. A snapshot counts from the record on that names it, the old one and the log before
/// it are deleted after that record is durable, and the identity file repeats what the log says.
/// </remarks>
public sealed class DurableStore : IDisposable
{
    private readonly IDisposable _lock;
    private readonly IFileSystem _files;
    private KeyValueState? _state;

    private DurableStore(
        IDisposable held, IFileSystem files, StoreOptions options, StoreIdentity identity, Func<SnapshotFileReader, KeyValueState>? load)
    {
        _lock = held;
        _files = files;
        Snapshots = new SnapshotStore(files, options.PrepareInBackground ? Thread.Sleep : null);
        var newest = Snapshots.Newest();
        var ahead = load is null || newest == LogIndex.Zero ? null : new SnapshotAhead(Snapshots, newest, load);
        var recovered = LogRecovery.Run(files, identity.StoreId, newest);
        try
        {
            var content = recovered.Content;
            if (ahead?.Take(content.Base) is { } loaded) (_state, SnapshotLength) = (loaded.State, loaded.Length);
            else VerifySnapshot(content.Base);
            Snapshots.KeepOnly(content.Base.Index);
            Entries = recovered.Entries;
            Identity = Confirm(identity, content);
            Log = new WriteAheadLog(files, options, recovered, Snapshots, OpenSource(files, options, recovered.HasSpare));
            Log.Start();
        }
        catch
        {
            Log?.Dispose();
            foreach (var segment in recovered.Segments) segment.File.Dispose();
            throw;
        }
    }

    public StoreIdentity Identity { get; private set; }

    public WriteAheadLog Log { get; }

    public SnapshotStore Snapshots { get; }

    /// <summary>The entries after the snapshot, as they were at the start; all durable. None once they were handed over.</summary>
    public IReadOnlyList<Entry> Entries { get; private set; }

    /// <summary>Bytes of the snapshot in force at the start; null when there was none.</summary>
    public long? SnapshotLength { get; private set; }

    /// <summary>The folder into which damaged files were moved at this start; null when there were none.</summary>
    public string? DiscardedInto { get; private set; }

    /// <summary>Takes the directory and recovers what it holds; an empty directory becomes a blank store.</summary>
    /// <exception cref="DamagedDataException">Something durable cannot be trusted: exit code 3.</exception>
    /// <exception cref="StoreRefusedException">The directory is not this server's to use.</exception>
    /// <exception cref="StorageFailureException">The disk failed.</exception>
    /// <param name="files">The directory.</param>
    /// <param name="options">Whose it is.</param>
    /// <param name="loadAhead">
    /// Reads the state from a snapshot, on a thread of its own, while the log is being read; <see cref="Load"/> has it then. Null where
    /// everything must happen on the caller's thread.
    /// </param>
    public static DurableStore Open(
        IFileSystem files, StoreOptions options, Func<SnapshotFileReader, KeyValueState>? loadAhead = null)
    {
        Invariant.Holds(options.SegmentBytes >= SegmentFactory.SegmentBytesMin);
        Invariant.Holds(options.SegmentBytes % LogFormat.BlockBytes == 0);
        Invariant.Holds(options.EntryBytesMax > 0);
        var held = files.Lock(FileNames.Lock);
        try
        {
            RemoveTemporaries(files);

            // Names that a killed process gave may be the kernel's alone: what is built on them now must not outlive them.
            files.SyncDirectory();
            try
            {
                return Recover(held, files, options, loadAhead);
            }
            catch (DamagedDataException) when (options.DiscardDamagedInto is not null)
            {
                SetAside(files, options.DiscardDamagedInto);
                var store = Recover(held, files, options, loadAhead);
                store.DiscardedInto = options.DiscardDamagedInto;
                return store;
            }
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What the replica starts from (rule R11), once. <paramref name="load"/> reads the state from the snapshot unless that was done ahead,
    /// or makes an empty one when there is none.
    /// </summary>
    /// <exception cref="DamagedDataException">The snapshot does not verify.</exception>
    public RecoveredReplica Load(Func<SnapshotFileReader?, KeyValueState> load)
    {
        var state = _state;
        if (state is null)
        {
            using var reader = Log.Base == LogPosition.Start ? null : Snapshots.Open(Log.Base);
            state = load(reader);
        }

        // As long as the store lives, these would be a second copy of everything.
        var entries = Entries;
        (_state, Entries) = (null, []);
        return new RecoveredReplica
        {
            Mode = Log.Mode,
            StoreId = Identity.StoreId,
            Incarnation = Log.Incarnation,
            ClusterId = Log.ClusterId,
            Promised = Log.Promised,
            State = state,
            Snapshot = Log.Base,
            Entries = entries,
        };
    }

    /// <summary>
    /// To be called when records that change the cluster or the snapshot in force became durable: repeats the cluster id in the
    /// identity file, and deletes older snapshots and the log that only they needed. Any thread may call it, one at a time.
    /// </summary>
    /// <param name="rest">How it leaves the disk to others; null for no rests. See <see cref="IFileSystem.DeleteDurably"/>.</param>
    public void Tidy(Action<TimeSpan>? rest = null)
    {
        Identity = Confirm(Identity, Log.Content);
        Snapshots.DropBefore(Log.Base.Index);
        Log.DropThrough(Log.Base.Index, rest);
    }

    /// <summary>
    /// Remembers that these files are in order but must not be used again, as they are older than what this server acknowledged (rule R12):
    /// every later start refuses them like damaged ones, or sets them aside. Any thread may call it.
    /// </summary>
    /// <param name="reason">Why, for the operator.</param>
    /// <returns>What a start will say.</returns>
    public DamagedDataException Distrust(string reason)
    {
        try
        {
            using var file = _files.Create(FileNames.Distrusted);
            file.Write(0, Encoding.UTF8.GetBytes(reason));
            file.Sync();
            _files.SyncDirectory();
        }
        catch (StorageFailureException)
        {
            // No room even for this: the next start is told by the leader again.
        }

        return new DamagedDataException(_files.PathOf(FileNames.Distrusted), 0, reason);
    }

    public void Dispose()
    {
        Log.Dispose();
        _lock.Dispose();
    }

    private static DurableStore Recover(
        IDisposable held, IFileSystem files, StoreOptions options, Func<SnapshotFileReader, KeyValueState>? loadAhead)
    {
        var names = files.List();
        if (names.Contains(FileNames.Distrusted)) throw new DamagedDataException(files.PathOf(FileNames.Distrusted), 0, ReasonIn(files));
        if (!names.Contains(FileNames.Identity)) StoreCreation.Run(files, options, names);

        var identity = StoreIdentity.Read(files);
        if (identity.Server != options.Server)
        {
            throw new StoreRefusedException(
                $"the data in {files.Root} belongs to another server: in the order of their ids to number {identity.Server.Slot + 1}, "
                + $"and this is number {options.Server.Slot + 1}");
        }

        return new DurableStore(held, files, options, identity, loadAhead);
    }

    private static string ReasonIn(IFileSystem files)
    {
        using var file = files.Open(FileNames.Distrusted);
        Span<byte> reason = stackalloc byte[512];
        var length = file.Read(0, reason);
        return length > 0 ? Encoding.UTF8.GetString(reason[..length]) : "these files are older than what was acknowledged";
    }

    private static ISegmentSource OpenSource(IFileSystem files, StoreOptions options, bool hasSpare)
    {
        var factory = new SegmentFactory(files, options.SegmentBytes, hasSpare);
        return options.PrepareInBackground ? new BackgroundSegmentSource(factory) : factory;
    }

    private static void RemoveTemporaries(IFileSystem files)
    {
        foreach (var name in files.List())
            if (FileNames.IsTemporary(name)) files.Delete(name);
    }

    /// <summary>The identity goes first: without it nothing that is left can be taken for a store in order.</summary>
    private static void SetAside(IFileSystem files, string folder)
    {
        var names = files.List().Where(name => name != FileNames.Lock).ToList();
        if (names.Remove(FileNames.Identity)) names.Insert(0, FileNames.Identity);
        foreach (var name in names) files.SetAside(name, folder);
    }

    /// <summary>A nomination is no membership yet, and may change: the file names the cluster of a voter only.</summary>
    private StoreIdentity Confirm(StoreIdentity identity, LogContent content)
    {
        var cluster = content.Mode == StoreMode.Voter ? content.ClusterId : ClusterId.None;
        if (identity.ClusterId == cluster) return identity;

        // A crash between the log's record and this file leaves the file behind the log, never before it.
        if (identity.ClusterId != ClusterId.None)
        {
            throw new DamagedDataException(
                _files.PathOf(FileNames.Identity), 0, $"it names cluster {identity.ClusterId}, the log says {cluster}");
        }

        var confirmed = identity with { ClusterId = cluster };
        confirmed.Write(_files);
        return confirmed;
    }

    private void VerifySnapshot(LogPosition position)
    {
        if (position == LogPosition.Start) return;
        using var reader = Snapshots.Open(position);
        reader.Verify();
        SnapshotLength = reader.Length;
    }
}
