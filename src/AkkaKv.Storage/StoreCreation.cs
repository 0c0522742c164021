using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// Makes a blank store in a directory without an identity: first segment, its head, then the identity. A crash on the way
/// leaves no identity, and the next start begins again.
/// </summary>
internal static class StoreCreation
{
    public static void Run(IFileSystem files, StoreOptions options, IReadOnlyList<string> names)
    {
        RemoveUnfinished(files, names);
        using var source = new SegmentFactory(files, options.SegmentBytes);
        using var file = source.Take(number: 1) ?? throw new StoreRefusedException(
            $"the disk of {files.Root} is full: a new store needs {options.SegmentBytes / (1024 * 1024)} MiB");

        var head = new LogHead(
            options.NewStoreId, ClusterId.None, StoreMode.Blank, Incarnation: 0, Epoch.None, LogPosition.Start, LogIndex.Zero,
            file.Length, PreviousEnd: 0);
        var builder = new BatchBuilder();
        builder.Begin(LogFormat.Seed(options.NewStoreId, segment: 1), offset: 0);
        builder.AddHead(head);
        file.Write(0, builder.Finish(sequence: 1, new LogPlace(1, 0), chain: 0, out _));
        file.Sync();
        new StoreIdentity(options.Server, options.NewStoreId, ClusterId.None).Write(files);
    }

    /// <summary>Deletes what an interrupted creation left, and refuses everything else that has lost its identity.</summary>
    private static void RemoveUnfinished(IFileSystem files, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            var isLog = FileNames.IsSegment(name, out var number);
            if (FileNames.IsSnapshot(name, out _) || (isLog && (number != 1 || !IsUnused(files, name))))
                throw new DamagedDataException(files.PathOf(FileNames.Identity), 0, $"it is missing, but {name} is there");
        }

        if (!names.Contains(FileNames.Segment(1))) return;
        files.Delete(FileNames.Segment(1));
        files.SyncDirectory();
    }

    /// <summary>Nothing but a head was ever written: anything after the first block belongs to a store that was in use.</summary>
    private static bool IsUnused(IFileSystem files, string name)
    {
        using var file = files.Open(name);
        var window = new FileWindow(file);
        return window.FirstNonZero(LogFormat.BlockBytes) == window.Length;
    }
}
