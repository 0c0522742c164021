using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>Entries that follow each other on disk.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Last">Index of the last.</param>
/// <param name="Segment">Number of their segment.</param>
/// <param name="BatchOffset">Where the batch of the first begins.</param>
/// <param name="RecordOffset">Where the record of the first begins.</param>
internal readonly record struct EntryRun(LogIndex First, LogIndex Last, long Segment, long BatchOffset, long RecordOffset);

/// <summary>
/// Where each entry of the log is on disk, one item for about <see cref="RunBytes"/>. Nothing on disk is overwritten, so a
/// truncation only shortens this list, and a reader that took its runs before the truncation still reads whole entries:
/// those that the log held at that moment. The writer changes it; any thread may read.
/// </summary>
internal sealed class EntryIndex
{
    public const int RunBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly List<EntryRun> _runs = [];
    private bool _mayExtend;

    public void Append(LogIndex index, long segment, long batchOffset, long recordOffset)
    {
        lock (_lock)
        {
            if (_mayExtend && _runs is [.., var run] && run.Segment == segment && recordOffset - run.RecordOffset < RunBytes)
            {
                Invariant.Holds(run.Last.Next == index);
                _runs[^1] = run with { Last = index };
                return;
            }

            _runs.Add(new EntryRun(index, index, segment, batchOffset, recordOffset));
            _mayExtend = true;
        }
    }

    /// <summary>Forgets everything from <paramref name="from"/> on.</summary>
    public void Truncate(LogIndex from)
    {
        lock (_lock)
        {
            while (_runs is [.., var run] && run.First >= from) _runs.RemoveAt(_runs.Count - 1);
            if (_runs is [.., var last] && last.Last >= from) _runs[^1] = last with { Last = from.Previous };
            _mayExtend = false;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _runs.Clear();
            _mayExtend = false;
        }
    }

    /// <summary>Forgets what is in segments before <paramref name="segment"/>.</summary>
    public void DropBefore(long segment)
    {
        lock (_lock)
        {
            var count = 0;
            while (count < _runs.Count && _runs[count].Segment < segment) count++;
            _runs.RemoveRange(0, count);
        }
    }

    /// <summary>The oldest entry that can be read; null when there is none.</summary>
    public LogIndex? First
    {
        get
        {
            lock (_lock) return _runs is [var run, ..] ? run.First : null;
        }
    }

    /// <summary>The run that holds <paramref name="index"/> and those after it, as of now; none when no run holds it.</summary>
    public EntryRun[] Find(LogIndex index, int countMax)
    {
        lock (_lock)
        {
            var low = 0;
            var high = _runs.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_runs[middle].Last < index) low = middle + 1;
                else high = middle;
            }

            return low == _runs.Count || index < _runs[low].First
                ? []
                : [.. _runs.GetRange(low, Math.Min(countMax, _runs.Count - low))];
        }
    }
}
