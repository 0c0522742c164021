using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>What the log says after a start, and where to go on.</summary>
/// <param name="HasSpare">The next segment is there, unused.</param>
internal sealed record RecoveredLog(
    LogContent Content,
    IReadOnlyList<Entry> Entries,
    IReadOnlyList<LogSegment> Segments,
    LogTail Tail,
    bool HasSpare);

/// <summary>
/// Reads the log at a start (rule R11). What is returned is durable: the last batches, which may be in the page cache only
/// because the process died between write and fdatasync, are written again and synced, and a torn tail is zeroed.
/// </summary>
internal sealed class LogRecovery
{
    private readonly IFileSystem _files;
    private readonly StoreId _store;
    private readonly LogIndex _unwanted;
    private readonly List<LogSegment> _segments = [];
    private LogReplay? _replay;
    private long _sequence;
    private uint _chain;

    private LogRecovery(IFileSystem files, StoreId store, LogIndex unwanted) => (_files, _store, _unwanted) = (files, store, unwanted);

    /// <summary>Recovers the log of a store.</summary>
    /// <param name="files">The directory.</param>
    /// <param name="store">The store.</param>
    /// <param name="newestSnapshot">
    /// The log is first read as if this were in force, which it nearly always is: then the entries before it need no memory. Zero without.
    /// </param>
    /// <exception cref="DamagedDataException">Something durable is missing or does not verify.</exception>
    public static RecoveredLog Run(IFileSystem files, StoreId store, LogIndex newestSnapshot) =>
        (newestSnapshot > LogIndex.Zero ? new LogRecovery(files, store, newestSnapshot).TryRun() : null)
        ?? new LogRecovery(files, store, LogIndex.Zero).Run();

    /// <summary>Null if the log has to be read with all entries.</summary>
    private RecoveredLog? TryRun()
    {
        try
        {
            return Run();
        }
        catch (DamagedDataException)
        {
            return null;
        }
    }

    private RecoveredLog Run()
    {
        try
        {
            return Recover();
        }
        catch
        {
            foreach (var segment in _segments) segment.File.Dispose();
            throw;
        }
    }

    private RecoveredLog Recover()
    {
        var found = new SegmentSearch(_files, _store).Run();
        SegmentScanner? scanner = null;
        foreach (var segment in found.InUse) scanner = ReadSegment(segment, previous: scanner);

        scanner!.ThrowIfDurableAfterEnd();

        // The next segment is begun only after everything in this one was synced.
        if (found.Next == NextSegmentState.Torn && !scanner.EndsCleanly)
            throw scanner.Damage(scanner.Offset, "a batch that was durable does not verify");
        if (!_replay!.IsComplete)
            throw Damage(found.InUse[0].Name, "entries between the snapshot and this segment are missing");

        // Nothing was changed until here.
        MakeTailDurable(scanner, _segments[^1].File);
        TidyNames(found);
        var tail = new LogTail(scanner.Offset, _sequence + 1, _chain);
        return new RecoveredLog(_replay.Content, _replay.Entries, _segments, tail, found.Next == NextSegmentState.Unused);
    }

    private SegmentScanner ReadSegment(FoundSegment found, SegmentScanner? previous)
    {
        if (previous is not null && found.Head.Previous.Offset != previous.Offset)
            throw previous.Damage(previous.Offset, "a batch that was durable does not verify");

        var file = _files.Open(found.Name);
        var segment = new LogSegment(found.Number, file, file.Length, found.Head.Last, LogFormat.Seed(_store, found.Number));
        if (_segments is [.., var before])
            _segments[^1] = before with { Tail = new LogTail(previous!.Offset, _sequence + 1, _chain) };
        _segments.Add(segment);

        var scanner = new SegmentScanner(file, _files.PathOf(found.Name), _store);
        if (previous is null && scanner.TryPeek(out var header)) (_sequence, _chain) = (header.Sequence - 1, header.Chain);
        var offset = 0L;
        while (scanner.TryNext(_sequence + 1, _chain, out var payload, out _, out var checksum))
        {
            var cursor = new RecordCursor(payload, scanner.Seed, offset + LogFormat.BatchHeaderBytes);
            if (offset == 0) ReadHead(ref cursor, found, scanner);
            ReadRecords(ref cursor, scanner, new LogPlace(found.Number, offset));
            (_sequence, _chain, offset) = (_sequence + 1, checksum, scanner.Offset);
        }

        return scanner;
    }

    private void ReadHead(ref RecordCursor cursor, FoundSegment found, SegmentScanner scanner)
    {
        cursor.TryNext(out _);
        var head = found.Head;
        if (head.SegmentBytes != scanner.Length) throw scanner.Damage(scanner.Length, "the file was cut or has grown");

        _replay ??= new LogReplay(head, _unwanted);
        if (head.StoreId != _store || !_replay.TryContinue(head, isNext: found.Number == head.Previous.Segment + 1))
            throw scanner.Damage(0, "the segment does not continue the one before it");
    }

    private void ReadRecords(ref RecordCursor cursor, SegmentScanner scanner, LogPlace batch)
    {
        while (cursor.TryNext(out var record))
        {
            if (!_replay!.TryApply(record, batch)) throw scanner.Damage(record.Offset, "this record contradicts those before it");
        }

        if (!cursor.IsAtEnd) throw scanner.Damage(cursor.Offset, "this record does not verify");
    }

    /// <summary>
    /// Writes the batches again that nothing says were synced. Reading them back proves nothing: they may be in the page
    /// cache only, and after a failed fsync the kernel calls such pages clean, so syncing alone would not write them either.
    /// </summary>
    private static void MakeTailDurable(SegmentScanner scanner, IFile file)
    {
        var buffer = new byte[64 * 1024];
        for (var offset = scanner.DurableOffset; offset < scanner.Offset; offset += buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, scanner.Offset - offset));
            file.Read(offset, piece);
            file.Write(offset, piece);
        }

        Array.Clear(buffer);
        var dirty = scanner.FirstNonZero(scanner.Offset);
        while (dirty < scanner.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, scanner.Length - dirty));
            file.Write(dirty, piece);
            dirty = scanner.FirstNonZero(dirty + piece.Length);
        }

        file.Sync();
    }

    /// <summary>The head of the last segment is durable now: it gets its name, and what it gave up goes.</summary>
    private void TidyNames(FoundLog found)
    {
        var last = found.InUse[^1];
        var unwanted = found.Unwanted.Select(segment => segment.Name).ToList();
        if (found.Next == NextSegmentState.Torn) unwanted.Add(FileNames.NextSegment);
        if (found.Next == NextSegmentState.InUse)
        {
            _segments[^1].File.Dispose();
            var name = FileNames.Segment(last.Head.First);
            _files.Rename(last.Name, name);
            unwanted.Remove(name);
            _segments[^1] = _segments[^1] with { File = _files.Open(name) };
        }
        else if (unwanted.Count == 0)
        {
            return;
        }

        foreach (var name in unwanted) _files.Delete(name);
        _files.SyncDirectory();
    }

    private DamagedDataException Damage(string name, string reason) => new(_files.PathOf(name), 0, reason);
}
