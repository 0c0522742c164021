using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// Makes a blank store in a directory without an identity: first segment, its head, its name, then the identity. A crash on the
/// way leaves no identity, and the next start begins again.
/// </summary>
internal static class StoreCreation
{
    private static readonly string First = FileNames.Segment(LogIndex.Zero.Next);

    public static void Run(IFileSystem files, StoreOptions options, IReadOnlyList<string> names)
    {
        RemoveUnfinished(files, names);
        using (var source = new SegmentFactory(files, options.SegmentBytes))
        using (var file = source.Take() ?? throw new StoreRefusedException(
            $"the disk of {files.Root} is full: a new store needs {options.SegmentBytes / (1024 * 1024)} MiB"))
        {
            WriteHead(file, options.NewStoreId);
        }

        files.Rename(FileNames.NextSegment, First);
        files.SyncDirectory();
        new StoreIdentity(options.Server, options.NewStoreId, ClusterId.None).Write(files);
    }

    private static void WriteHead(IFile file, StoreId store)
    {
        var head = new LogHead(
            store, ClusterId.None, StoreMode.Blank, Incarnation: 0, Epoch.None, LogPosition.Start, LogIndex.Zero, file.Length,
            Previous: default);
        var builder = new BatchBuilder();
        builder.Begin(LogFormat.Seed(store, segment: 1), offset: 0);
        builder.AddHead(head);
        file.Write(0, builder.Finish(sequence: 1, new LogPlace(1, 0), chain: 0, out _));
        file.Sync();
    }

    /// <summary>Deletes what an interrupted creation left, and refuses everything else that has lost its identity.</summary>
    private static void RemoveUnfinished(IFileSystem files, IReadOnlyList<string> names)
    {
        var unused = new List<string>();
        foreach (var name in names)
        {
            var isLog = name == FileNames.NextSegment || FileNames.IsSegment(name, out _);
            var isUnused = (name == FileNames.NextSegment || name == First) && IsUnused(files, name);
            if (FileNames.IsSnapshot(name, out _) || (isLog && !isUnused))
                throw new DamagedDataException(files.PathOf(FileNames.Identity), 0, $"it is missing, but {name} is there");
            if (isUnused) unused.Add(name);
        }

        foreach (var name in unused) files.Delete(name);
        if (unused.Count > 0) files.SyncDirectory();
    }

    /// <summary>Nothing but a head was ever written: anything after the first block belongs to a store that was in use.</summary>
    private static bool IsUnused(IFileSystem files, string name)
    {
        using var file = files.Open(name);
        var window = new FileWindow(file);
        return window.FirstNonZero(LogFormat.BlockBytes) == window.Length;
    }
}
