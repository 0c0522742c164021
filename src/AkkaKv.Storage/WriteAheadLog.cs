using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Storage;

/// <summary>What the log can say about itself, for metrics.</summary>
/// <param name="Segments">Files in use.</param>
/// <param name="Bytes">Their length together.</param>
/// <param name="First">The oldest entry that can still be read; null when there is none.</param>
/// <param name="Last">Index of the last durable entry.</param>
/// <param name="Base">The last position that the current snapshot covers.</param>
public readonly record struct LogSummary(int Segments, long Bytes, LogIndex? First, LogIndex Last, LogPosition Base);

/// <summary>
/// The durable log of one replica: entries, truncations, promises and the store's mode in one stream (hole H16), layout in
/// <see cref="LogFormat"/>. Everything here happens on the caller's thread, which is one thread at a time, except
/// <see cref="Read"/>, which any thread may call.
/// </summary>
/// <remarks>
/// The disk fills up only when a segment is wanted, never in the middle of a write. Entries leave the last
/// <see cref="StoreOptions.ReserveBytes"/> of a segment to the small records, so promises and truncations work on a full disk.
/// </remarks>
public sealed class WriteAheadLog : IDisposable
{
    private readonly ISegmentSource _source;
    private readonly LogContent _content;
    private readonly List<LogSegment> _segments;
    private readonly Lock _segmentsLock = new();
    private readonly IFileSystem _files;
    private readonly SnapshotStore _snapshots;
    private readonly BatchBuilder _builder = new();
    private readonly List<long> _recordOffsets = [];
    private readonly int _reserveBytes;
    private readonly int _batchBytes;
    private long _offset;
    private long _sequence;
    private uint _chain;
    private LogPlace _durable;
    private bool _failed;

    internal WriteAheadLog(
        IFileSystem files, StoreOptions options, RecoveredLog recovered, SnapshotStore snapshots, ISegmentSource source)
    {
        _files = files;
        _snapshots = snapshots;
        _source = source;
        _content = recovered.Content;
        _segments = [.. recovered.Segments];
        _reserveBytes = options.ReserveBytes;
        _batchBytes = Math.Min(BatchBytesTarget, options.SegmentBytes / 4);
        (_offset, _sequence, _chain) = recovered.Tail;
        _durable = new LogPlace(Current.Number, _offset);
        _source.Prepare();
    }

    /// <summary>Bytes that the records of one batch may fill, unless a single record is larger; a quarter of a small segment.</summary>
    public const int BatchBytesTarget = 4 * 1024 * 1024;

    public StoreMode Mode => _content.Mode;

    public ClusterId ClusterId => _content.ClusterId;

    public Epoch Promised => _content.Promised;

    /// <summary>How often the store was opened, this time included; durable.</summary>
    public long Incarnation => _content.Incarnation;

    /// <summary>Index of the last durable entry.</summary>
    public LogIndex Last => _content.Last;

    /// <summary>The last position that the current snapshot covers.</summary>
    public LogPosition Base => _content.Base;

    public LogSummary Summary
    {
        get
        {
            lock (_segmentsLock)
                return new(_segments.Count, _segments.Sum(segment => segment.Length), _content.Index.First, _content.Last, _content.Base);
        }
    }

    internal LogContent Content => _content;

    private LogSegment Current => _segments[^1];

    /// <summary>
    /// Makes as many of the records durable, from the first on, as go into one write and one fdatasync: at least one, or
    /// none when the disk is full. Records after a truncation or a restart that cancels them need no room: on a full disk
    /// the entries before it are left out.
    /// </summary>
    /// <returns>How many are durable now; 0 means that the disk is full and nothing was changed.</returns>
    /// <exception cref="StorageFailureException">The disk failed: nothing more can be written by this process.</exception>
    public int Write(ReadOnlySpan<DurableRecord> records)
    {
        Invariant.Holds(!_failed);
        Invariant.Holds(!records.IsEmpty);
        var plan = Plan(records);
        if (!Fits(plan))
        {
            if (TryBeginSegment())
            {
                plan = Plan(records);
            }
            else
            {
                plan = PlanWithoutRoom(records);
                if (plan.Count == 0 || !TryMakeRoom(plan)) return 0;
            }
        }

        // A batch that no segment can hold is a mistake in the settings, which the store checks when it is opened.
        Invariant.Holds(Fits(plan));
        _failed = true; // Until the end is reached.
        WriteBatch(records, plan);
        _failed = false;
        return plan.Count;
    }

    /// <summary>Counts this start, durably. With it the last batch of the run before is known to have been synced.</summary>
    /// <exception cref="StorageFailureException">There is no room, not even in the reserve.</exception>
    internal void Start()
    {
        if (!TryMakeRoom(BatchPlan.Small(sizeof(long))))
            throw new StorageFailureException("pwrite", _files.Root, StorageFailureException.NoSpace);

        _failed = true;
        BeginBatch();
        _builder.AddStart(_content.Incarnation + 1);
        FinishBatch();
        _content.Start(_content.Incarnation + 1);
        _failed = false;
    }

    /// <summary>
    /// Remembers that a durable snapshot of this log ends at <paramref name="position"/>: from now on recovery starts there.
    /// </summary>
    /// <returns>False when the disk is full; the older snapshot stays in force.</returns>
    public bool TryCheckpoint(LogPosition position)
    {
        Invariant.Holds(!_failed);
        if (!TryMakeRoom(BatchPlan.Small(LogRecord.PositionBytes))) return false;

        _failed = true;
        BeginBatch();
        _builder.AddCheckpoint(position);
        FinishBatch();
        _content.Checkpoint(position);
        _failed = false;
        return true;
    }

    /// <summary>
    /// Writes, without syncing, that everything so far was synced: after a crash of the process the last batch cannot be
    /// mistaken for a torn one. Called when there is nothing else to write; the next batch goes over it.
    /// </summary>
    public void MarkDurable()
    {
        Invariant.Holds(!_failed);
        if (_offset + LogFormat.BlockBytes > Current.Length) return;

        _failed = true;
        _builder.Begin(Current.Seed, _offset);
        Current.File.Write(_offset, _builder.Finish(_sequence, _durable, _chain, out _));
        _failed = false;
    }

    /// <summary>
    /// Deletes the segments that hold nothing but entries up to <paramref name="index"/> and nothing that recovery needs.
    /// Reads that are under way end as if the entries had been gone before. Any thread may call it, one at a time.
    /// </summary>
    /// <param name="index">Up to where they are not needed.</param>
    /// <param name="rest">See <see cref="IFileSystem.DeleteDurably"/>.</param>
    public void DropThrough(LogIndex index, Action<TimeSpan>? rest)
    {
        while (true)
        {
            LogSegment dropped;
            lock (_segmentsLock)
            {
                var bound = LogIndex.Min(index, _content.Base.Index);
                if (_segments.Count < 2 || _segments[1].LastBefore > bound) return;
                dropped = _segments[0];
                _content.Index.DropBefore(_segments[1].Number);
                _segments.RemoveAt(0);
            }

            // One by one, each made durable, so that a crash leaves no gap.
            dropped.File.Dispose();
            _files.DeleteDurably(FileNames.Segment(dropped.First), rest);
        }
    }

    /// <summary>
    /// Reads entries back, each verified, from <paramref name="from"/> on. Any thread may call it. Entries may have been
    /// truncated since the call began; their epochs tell.
    /// </summary>
    /// <param name="bytesMax">Where to stop; one entry is always read.</param>
    /// <returns>Entries that follow each other; none when the log has no such entry on disk (it is covered by the snapshot).</returns>
    /// <exception cref="DamagedDataException">An entry does not verify (rule R13: the process stops).</exception>
    public IReadOnlyList<Entry> Read(LogIndex from, int bytesMax) =>
        new LogReader(_files, _content.Index, FindSegment).Read(from, bytesMax);

    public void Dispose()
    {
        _source.Dispose();
        lock (_segmentsLock)
            foreach (var segment in _segments) segment.File.Dispose();
    }

    private LogSegment? FindSegment(long number)
    {
        lock (_segmentsLock) return _segments.Find(segment => segment.Number == number);
    }

    private BatchPlan Plan(ReadOnlySpan<DurableRecord> records)
    {
        var bytes = 0;
        var count = 0;
        var hasEntries = false;
        var needsSegment = false;
        var first = Current.First;
        foreach (ref readonly var record in records)
        {
            var size = LogFormat.RecordHeaderBytes + LogRecord.ContentBytes(record);
            if (count > 0 && bytes + size > _batchBytes) break;
            if (record.Kind == DurableRecordKind.Append && record.Entry!.Index < first)
            {
                if (count > 0) break;
                (needsSegment, first) = (true, record.Entry.Index);
            }

            bytes += size;
            count++;
            hasEntries |= record.Kind == DurableRecordKind.Append;
        }

        return new BatchPlan(count, bytes, hasEntries, WithoutEntries: false, needsSegment);
    }

    /// <summary>What can be done on a full disk: small records alone, if need be with the entries that they cancel left out.</summary>
    private BatchPlan PlanWithoutRoom(ReadOnlySpan<DurableRecord> records)
    {
        var count = 0;
        while (count < records.Length && records[count].Kind != DurableRecordKind.Append) count++;
        for (var i = records.Length - 1; i >= count; i--)
        {
            ref readonly var record = ref records[i];
            var cancels = record.Kind == DurableRecordKind.Restart
                || (record.Kind == DurableRecordKind.Truncate && record.From <= _content.Last.Next);
            if (!cancels) continue;
            count = i + 1;
            break;
        }

        var bytes = 0;
        foreach (ref readonly var record in records[..count])
            if (record.Kind != DurableRecordKind.Append) bytes += LogFormat.RecordHeaderBytes + LogRecord.ContentBytes(record);
        return new BatchPlan(count, bytes, HasEntries: false, WithoutEntries: true, NeedsSegment: false);
    }

    private bool TryMakeRoom(BatchPlan plan) => Fits(plan) || TryBeginSegment();

    private bool Fits(BatchPlan plan)
    {
        var limit = Current.Length - (plan.HasEntries ? _reserveBytes : 0);
        return !plan.NeedsSegment && _offset + LogFormat.BatchBytes(plan.Bytes) <= limit;
    }

    /// <summary>The head becomes durable as a batch of its own: rotation is rare, and a batch then belongs to one segment.</summary>
    private bool TryBeginSegment()
    {
        if (_source.Take() is not { } file) return false;

        _failed = true;
        var number = Current.Number + 1;
        var segment = new LogSegment(number, file, file.Length, _content.Last, LogFormat.Seed(_content.StoreId, number));
        WriteHead(segment);
        GiveName(segment);
        _source.Prepare();
        _failed = false;
        return true;
    }

    private void WriteHead(LogSegment segment)
    {
        LogPlace previous = default;
        lock (_segmentsLock)
        {
            _segments[^1] = Current with { Tail = new LogTail(_offset, _sequence, _chain) };
            if (_segments.FindLast(other => other.First < segment.First) is { } kept)
            {
                previous = new LogPlace(kept.Number, kept.Tail.Offset);
                (_sequence, _chain) = (kept.Tail.Sequence, kept.Tail.Chain);
            }
        }

        _offset = 0;
        _builder.Begin(segment.Seed, _offset);
        _builder.AddHead(_content.Head(segment.Length, previous));
        FinishBatch(segment);
    }

    /// <summary>
    /// Its head is durable: the segment takes its place behind those that it continues, and those that it gives up go. Only names
    /// change on disk, and nothing waits for them: whoever makes the next segment makes them durable first, and recovery finds a
    /// segment in use by its old name too.
    /// </summary>
    private void GiveName(LogSegment segment)
    {
        var name = FileNames.Segment(segment.First);
        segment.File.Dispose();
        _files.Rename(FileNames.NextSegment, name);
        var named = segment with { File = _files.Open(name) };

        List<LogSegment> givenUp;
        lock (_segmentsLock)
        {
            givenUp = _segments.FindAll(other => other.First >= segment.First);
            _segments.RemoveRange(_segments.Count - givenUp.Count, givenUp.Count);
            _segments.Add(named);
        }

        foreach (var other in givenUp)
        {
            other.File.Dispose();
            if (other.First != segment.First) _files.Delete(FileNames.Segment(other.First));
        }
    }

    private void WriteBatch(ReadOnlySpan<DurableRecord> records, BatchPlan plan)
    {
        BeginBatch();
        _recordOffsets.Clear();
        var last = _content.Last;
        foreach (ref readonly var record in records[..plan.Count])
        {
            if (plan.Skips(record, last)) continue;
            if (record.Kind == DurableRecordKind.Restart) Invariant.Holds(_snapshots.Has(record.Base.Index));
            if (record.Kind == DurableRecordKind.Append) Invariant.Holds(record.Entry!.Index >= Current.First);
            _recordOffsets.Add(_builder.Add(record));
        }

        var batch = new LogPlace(Current.Number, _offset);
        if (_recordOffsets.Count > 0) FinishBatch();
        var written = 0;
        foreach (ref readonly var record in records[..plan.Count])
        {
            if (plan.Skips(record, last)) continue;
            _content.Apply(record, batch, _recordOffsets[written++]);
        }
    }

    private void BeginBatch() => _builder.Begin(Current.Seed, _offset);

    private void FinishBatch() => FinishBatch(Current);

    private void FinishBatch(LogSegment segment)
    {
        var bytes = _builder.Finish(_sequence, _durable, _chain, out var checksum);
        segment.File.Write(_offset, bytes);
        segment.File.Sync();
        _offset += bytes.Length;
        _sequence++;
        _chain = checksum;
        _durable = new LogPlace(segment.Number, _offset);
    }

    /// <param name="Count">Records taken from the front.</param>
    /// <param name="Bytes">Of those that are written.</param>
    /// <param name="HasEntries">Entries leave the reserve alone.</param>
    /// <param name="WithoutEntries">Entries among them, and truncations of those entries only, are left out.</param>
    /// <param name="NeedsSegment">The first entry goes before the first of the current segment.</param>
    private readonly record struct BatchPlan(int Count, int Bytes, bool HasEntries, bool WithoutEntries, bool NeedsSegment)
    {
        public static BatchPlan Small(int contentBytes) => new(1, LogFormat.RecordHeaderBytes + contentBytes, false, false, false);

        public bool Skips(in DurableRecord record, LogIndex last) =>
            WithoutEntries && (record.Kind == DurableRecordKind.Append
                || (record.Kind == DurableRecordKind.Truncate && record.From > last));
    }
}
