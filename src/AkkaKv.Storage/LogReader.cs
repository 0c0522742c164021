using System.Buffers;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>Reads entries back from the segments, beside the writer. Every header and every record on the way is verified.</summary>
internal sealed class LogReader(IFileSystem files, EntryIndex index, Func<long, LogSegment?> findSegment)
{
    /// <summary>Whoever wants little gets it without an array of a megabyte, which is new memory each time.</summary>
    private const int WindowBytesMin = 64 * 1024;

    private readonly List<Entry> _entries = [];
    private FileWindow? _window;
    private long _bytes;

    public IReadOnlyList<Entry> Read(LogIndex from, int bytesMax)
    {
        try
        {
            // Taken at once, before any byte is read: what the writer adds from now on is not in the window.
            foreach (var run in index.Find(from, 2 + (bytesMax / EntryIndex.RunBytes)))
            {
                if (findSegment(run.Segment) is not { } segment || !ReadRun(run, segment, from, bytesMax)) break;
            }
        }
        catch (ObjectDisposedException)
        {
            // The segment was dropped in the meantime: what was read before is good.
        }

        return _entries;
    }

    /// <returns>False when enough was read.</returns>
    private bool ReadRun(EntryRun run, LogSegment segment, LogIndex from, int bytesMax)
    {
        if (_window?.File != segment.File)
            _window = new FileWindow(segment.File, Math.Clamp(bytesMax, WindowBytesMin, FileWindow.PieceBytes));
        var offset = run.BatchOffset;
        var wanted = run.First;
        while (wanted <= run.Last)
        {
            var cursor = OpenBatch(segment, offset, out var header);
            while (wanted <= run.Last && cursor.TryNext(out var record))
            {
                if (record.Kind != LogRecordKind.Append || record.Offset < run.RecordOffset) continue;
                if (wanted >= from && !Take(segment, record, wanted, bytesMax)) return false;
                wanted = wanted.Next;
            }

            if (wanted <= run.Last && !cursor.IsAtEnd) throw Damage(segment, cursor.Offset);
            offset += header.Bytes;
        }

        return true;
    }

    private RecordCursor OpenBatch(LogSegment segment, long offset, out BatchHeader header)
    {
        var seed = LogFormat.Seed(segment.Seed, offset);
        if (!BatchHeader.TryRead(seed, _window!.At(offset, LogFormat.BatchHeaderBytes), out header, out _) || header.Records == 0)
            throw Damage(segment, offset);

        var payload = _window.At(offset + LogFormat.BatchHeaderBytes, header.PayloadLength).ToArray();
        return new RecordCursor(payload, segment.Seed, offset + LogFormat.BatchHeaderBytes);
    }

    private bool Take(LogSegment segment, in LogRecord record, LogIndex wanted, int bytesMax)
    {
        var status = EntryCodec.TryRead(record.Content, int.MaxValue, out var entry, out _);
        if (status != OperationStatus.Done || entry!.Index != wanted) throw Damage(segment, record.Offset);
        if (_entries.Count > 0 && _bytes + entry.EncodedLength > bytesMax) return false;

        _bytes += entry.EncodedLength;
        _entries.Add(entry);
        return true;
    }

    private DamagedDataException Damage(LogSegment segment, long offset) =>
        new(files.PathOf(FileNames.Segment(segment.First)), offset, "an entry that was durable does not verify");
}
