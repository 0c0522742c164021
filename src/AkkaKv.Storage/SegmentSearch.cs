using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>A file that is a segment by its own account: its first batch verifies, and is a head.</summary>
internal sealed record FoundSegment(string Name, long Number, LogHead Head);

/// <summary>What the file <see cref="FileNames.NextSegment"/> is.</summary>
internal enum NextSegmentState
{
    Missing,

    /// <summary>Zeroes throughout.</summary>
    Unused,

    /// <summary>Its first batch was being written when the power went.</summary>
    Torn,

    /// <summary>The last segment in use: it had not got its name, or lost it with the power.</summary>
    InUse,
}

/// <param name="InUse">In the order in which they were written; at least one.</param>
/// <param name="Unwanted">Given up, or being dropped when the power went.</param>
internal sealed record FoundLog(List<FoundSegment> InUse, List<FoundSegment> Unwanted, NextSegmentState Next);

/// <summary>
/// Finds the segments of a log. The newest is the last one in use, and each names the one that it continues, so names, and the
/// order in which a crash kept their changes, decide nothing.
/// </summary>
internal sealed class SegmentSearch(IFileSystem files, StoreId store)
{
    private readonly Dictionary<long, FoundSegment> _found = [];

    /// <exception cref="DamagedDataException">A segment does not begin as it must, or there is none.</exception>
    public FoundLog Run()
    {
        var names = files.List();
        foreach (var name in names)
            if (FileNames.IsSegment(name, out var first)) Add(ReadNamed(name, first));

        var newest = _found.Count == 0 ? 0 : _found.Keys.Max();
        var next = names.Contains(FileNames.NextSegment) ? LookAtNext(newest) : NextSegmentState.Missing;
        if (_found.Count == 0)
            throw new DamagedDataException(files.PathOf(FileNames.Segment(LogIndex.Zero.Next)), 0, "the store has an identity but no log");

        var inUse = new List<FoundSegment>();
        var number = _found.Keys.Max();
        while (_found.Remove(number, out var segment))
        {
            inUse.Add(segment);
            number = segment.Head.Previous.Segment;
        }

        inUse.Reverse();
        return new FoundLog(inUse, [.. _found.Values.OrderBy(segment => segment.Number)], next);
    }

    private void Add(FoundSegment segment)
    {
        if (!_found.TryAdd(segment.Number, segment))
            throw Damage(segment.Name, $"the segment stands in {_found[segment.Number].Name} too");
    }

    private FoundSegment ReadNamed(string name, LogIndex first)
    {
        using var file = files.Open(name);
        var scanner = new SegmentScanner(file, files.PathOf(name), store);
        var segment = ReadHead(name, scanner) ?? throw Damage(name, "the first batch of the segment does not verify");
        return segment.Head.First == first ? segment : throw Damage(name, $"this is the segment of entry {segment.Head.First}");
    }

    private static FoundSegment? ReadHead(string name, SegmentScanner scanner)
    {
        if (!scanner.TryReadFirst(out var payload)) return null;

        var cursor = new RecordCursor(payload, scanner.Seed, LogFormat.BatchHeaderBytes);
        if (!cursor.TryNext(out var record) || record.Kind != LogRecordKind.Head || !LogHead.TryRead(record.Content.Span, out var head))
            throw scanner.Damage(0, "the segment does not begin with its head");
        return head.Previous.Segment < scanner.Number
            ? new FoundSegment(name, scanner.Number, head)
            : throw scanner.Damage(0, "the segment does not continue the one before it");
    }

    private NextSegmentState LookAtNext(long newest)
    {
        const string name = FileNames.NextSegment;
        using var file = files.Open(name);
        var path = files.PathOf(name);
        var head = ReadHead(name, new SegmentScanner(file, path, store));
        if (head is not null)
        {
            if (head.Number != newest + 1) throw Damage(name, "the segment does not continue the one before it");
            Add(head);
            return NextSegmentState.InUse;
        }

        // A segment gets this name when it is complete, so one that is too short to hold a batch was cut.
        var scanner = new SegmentScanner(file, path, store, newest + 1);
        if (scanner.Length < SegmentFactory.SegmentBytesMin) throw scanner.Damage(scanner.Length, "the file was cut");
        scanner.ThrowIfDurableAfterEnd();
        return scanner.IsZeroFromHere ? NextSegmentState.Unused : NextSegmentState.Torn;
    }

    private DamagedDataException Damage(string name, string reason) => new(files.PathOf(name), 0, reason);
}
