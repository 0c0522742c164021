using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>What the log says after a start, and where to go on.</summary>
internal sealed record RecoveredLog(
    LogContent Content,
    IReadOnlyList<Entry> Entries,
    IReadOnlyList<LogSegment> Segments,
    long Offset,
    long Sequence,
    uint Chain,
    long? Spare);

/// <summary>
/// Reads the log at a start (rule R11). What is returned is durable: the last batches, which may be in the page cache only
/// because the process died between write and fdatasync, are written again and synced, and a torn tail is zeroed.
/// </summary>
internal sealed class LogRecovery(IFileSystem files, StoreId store)
{
    private readonly List<LogSegment> _segments = [];
    private LogReplay? _replay;
    private long _sequence;
    private uint _chain;

    /// <exception cref="DamagedDataException">Something durable is missing or does not verify.</exception>
    public RecoveredLog Run()
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
        var (numbers, leftovers) = ListSegments();
        SegmentScanner? scanner = null;
        long? spare = null;
        var rotationBegan = false;
        foreach (var number in numbers)
        {
            if (spare is not null || rotationBegan) throw Damage(number - 1, 0, "the first batch of this segment does not verify");

            var next = OpenSegment(number, out var file);
            if (next.IsStarted)
            {
                ReadSegment(number, file, next, previous: scanner);
                scanner = next;
                continue;
            }

            using (file)
            {
                CheckUnstarted(next);
                if (scanner is null) throw next.Damage(0, "the first batch of the log does not verify");
                rotationBegan = !next.IsZeroFromHere;
            }

            spare = rotationBegan ? null : number;
            if (rotationBegan) leftovers.Add(number);
        }

        var replay = _replay!;
        CheckEnd(scanner!, rotationBegan);
        if (!replay.IsComplete) throw Damage(_segments[0].Number, 0, "entries between the snapshot and this segment are missing");

        MakeTailDurable(scanner!, _segments[^1].File);
        foreach (var number in leftovers) files.Delete(FileNames.Segment(number));
        if (leftovers.Count > 0) files.SyncDirectory();
        return new RecoveredLog(
            replay.Content, replay.Entries, _segments, scanner!.Offset, _sequence + 1, _chain, spare);
    }

    /// <summary>
    /// The numbers without a gap that end with the last. Segments before a gap were being dropped when the power went, and
    /// the file system kept the deletions in another order.
    /// </summary>
    private (List<long> Numbers, List<long> Leftovers) ListSegments()
    {
        var numbers = new List<long>();
        foreach (var name in files.List())
            if (FileNames.IsSegment(name, out var number)) numbers.Add(number);
        numbers.Sort();
        if (numbers.Count == 0) throw Damage(1, 0, "the store has an identity but no log");

        var first = numbers.Count - 1;
        while (first > 0 && numbers[first - 1] == numbers[first] - 1) first--;
        return (numbers[first..], numbers[..first]);
    }

    private SegmentScanner OpenSegment(long number, out IFile file)
    {
        var name = FileNames.Segment(number);
        file = files.Open(name);
        return new SegmentScanner(file, files.PathOf(name), store, number);
    }

    private void ReadSegment(long number, IFile file, SegmentScanner scanner, SegmentScanner? previous)
    {
        var segment = new LogSegment(number, file, scanner.Length, LogIndex.Zero, scanner.Seed);
        _segments.Add(segment);
        if (previous is null && scanner.TryPeek(out var header)) (_sequence, _chain) = (header.Sequence - 1, header.Chain);
        var offset = 0L;
        while (scanner.TryNext(_sequence + 1, _chain, out var payload, out header, out var checksum))
        {
            var cursor = new RecordCursor(payload, scanner.Seed, offset + LogFormat.BatchHeaderBytes);
            if (offset == 0) _segments[^1] = segment with { LastBefore = ReadHead(ref cursor, scanner, previous).Last };
            ReadRecords(ref cursor, scanner, new LogPlace(number, offset));
            (_sequence, _chain, offset) = (_sequence + 1, checksum, scanner.Offset);
        }
    }

    private LogHead ReadHead(ref RecordCursor cursor, SegmentScanner scanner, SegmentScanner? previous)
    {
        if (!cursor.TryNext(out var record) || record.Kind != LogRecordKind.Head || !LogHead.TryRead(record.Content.Span, out var head))
            throw scanner.Damage(0, "the segment does not begin with its head");
        if (head.SegmentBytes != scanner.Length) throw scanner.Damage(scanner.Length, "the file was cut or has grown");

        _replay ??= new LogReplay(head);
        if (head != _replay.Content.Head(head.SegmentBytes, head.PreviousEnd) || head.StoreId != store)
            throw scanner.Damage(0, "the segment does not continue the one before it");
        if (previous is not null && head.PreviousEnd != previous.Offset)
            throw previous.Damage(previous.Offset, "a batch that was durable does not verify");
        return head;
    }

    private void ReadRecords(ref RecordCursor cursor, SegmentScanner scanner, LogPlace batch)
    {
        while (cursor.TryNext(out var record))
        {
            if (!_replay!.TryApply(record, batch)) throw scanner.Damage(record.Offset, "this record contradicts those before it");
        }

        if (!cursor.IsAtEnd) throw scanner.Damage(cursor.Offset, "this record does not verify");
    }

    /// <summary>A segment gets its name when it is complete, so one that is too short to hold a batch was cut.</summary>
    private static void CheckUnstarted(SegmentScanner scanner)
    {
        if (scanner.Length < SegmentFactory.SegmentBytesMin) throw scanner.Damage(scanner.Length, "the file was cut");
        scanner.ThrowIfDurableAfterEnd();
    }

    private void CheckEnd(SegmentScanner last, bool rotationBegan)
    {
        if (_replay is null) throw last.Damage(0, "the first batch of the log does not verify");
        last.ThrowIfDurableAfterEnd();

        // The next segment is begun only after everything in this one was synced.
        if (rotationBegan && !last.EndsCleanly) throw last.Damage(last.Offset, "a batch that was durable does not verify");
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

    private DamagedDataException Damage(long segment, long offset, string reason) =>
        new(files.PathOf(FileNames.Segment(segment)), offset, reason);
}
