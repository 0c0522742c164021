using System.Collections.Immutable;

namespace AkkaKv.Core.Replication;

/// <summary>
/// The end of a log in memory: every entry that is not committed, and before them as many committed ones as fit in a number of bytes.
/// What is older is on disk alone.
/// </summary>
internal sealed class ReplicaLog
{
    /// <summary>The committed ones, since they were.</summary>
    private readonly EntryTail _settled = new();

    /// <summary>Those after them.</summary>
    private readonly NumberedRing<Entry> _entries = new();

    /// <summary>Of each entry in memory: the bytes of all entries up to it, itself included, since the start.</summary>
    private readonly NumberedRing<long> _ends = new();

    private LogPosition _lastSettled;
    private long _lastSettledStamp;
    private long _begin;
    private long _end;

    /// <param name="start">The position before the first entry.</param>
    /// <param name="entries">The entries, dense.</param>
    public ReplicaLog(LogPosition start, IReadOnlyList<Entry> entries)
    {
        Restart(start);
        foreach (var entry in entries) Append(entry);
    }

    /// <summary>The position before the first entry in memory.</summary>
    public LogPosition Base { get; private set; }

    public LogPosition Last => _entries.Count > 0 ? _entries[_entries.Next - 1].Position : _lastSettled;

    /// <summary>The stamp of the last entry; 0 when there was none since the start.</summary>
    public long LastStamp => _entries.Count > 0 ? _entries[_entries.Next - 1].Stamp : _lastSettledStamp;

    /// <summary>An entry in memory; a new object for each call when it is settled.</summary>
    public Entry this[LogIndex index] => IsSettled(index) ? _settled[index] : _entries[index.Value];

    /// <summary>The position of an entry in memory, or of the one before them.</summary>
    public LogPosition PositionOf(LogIndex index)
    {
        if (index == Base.Index) return Base;
        if (index == _lastSettled.Index) return _lastSettled;
        return IsSettled(index) ? _settled.PositionOf(index) : _entries[index.Value].Position;
    }

    /// <summary>True if the entry is in memory, or is the one just before them.</summary>
    public bool KnowsPosition(LogIndex index) => Base.Index <= index && index <= Last.Index;

    public void Append(Entry entry)
    {
        Invariant.Holds(entry.Index == Last.Index.Next);
        Invariant.Holds(Last.Epoch <= entry.Epoch);
        _entries.Add(entry);
        _ends.Add(_end += entry.EncodedLength);
    }

    /// <summary>Forgets this entry, which is not settled, and all after it.</summary>
    public void TruncateFrom(LogIndex index)
    {
        Invariant.Holds(Base.Index < index && index <= Last.Index);
        Invariant.Holds(!IsSettled(index));
        while (_entries.Next > index.Value) _end -= _entries.TakeLast().EncodedLength;
        while (_ends.Next > index.Value) _ends.TakeLast();
    }

    /// <summary>Forgets everything: the log goes on after a snapshot.</summary>
    public void Restart(LogPosition start)
    {
        _entries.Restart(start.Index.Next.Value);
        _settled.Restart(start.Index.Next);
        _ends.Restart(start.Index.Next.Value);
        _lastSettledStamp = 0;
        _end = _begin = 0;
        Base = _lastSettled = start;
    }

    /// <summary>Settles the entries up to an index, all committed, and drops the oldest until the rest fits in so many bytes.</summary>
    public void Trim(LogIndex commit, long bytesMax)
    {
        while (_end - _begin > bytesMax && Base.Index < commit) DropFirst();
        while (_entries.Count > 0 && _entries.First <= commit.Value)
        {
            var entry = _entries.TakeFirst();
            _settled.Add(entry);
            _lastSettled = entry.Position;
            _lastSettledStamp = entry.Stamp;
        }
    }

    /// <summary>The entries after an index that fit in so many bytes, one at least if there is one.</summary>
    public ImmutableArray<Entry> Read(LogIndex after, int bytesMax)
    {
        if (after >= Last.Index) return [];
        var end = after.Next;
        long bytes = LengthOf(end);
        while (end < Last.Index && bytes + LengthOf(end.Next) <= bytesMax)
        {
            end = end.Next;
            bytes += LengthOf(end);
        }

        var entries = ImmutableArray.CreateBuilder<Entry>((int)(end - after));
        for (var index = after.Next; index <= end; index = index.Next) entries.Add(this[index]);
        return entries.MoveToImmutable();
    }

    /// <summary>Bytes of the entries after an index. If they are not all in memory any more, there is no end to them.</summary>
    public long BytesAfter(LogIndex after)
    {
        if (after < Base.Index) return long.MaxValue;
        if (after >= Last.Index) return 0;
        return _end - (after == Base.Index ? _begin : _ends[after.Value]);
    }

    private bool IsSettled(LogIndex index) => index.Value < _entries.First;

    private int LengthOf(LogIndex index) => IsSettled(index) ? _settled.LengthOf(index) : _entries[index.Value].EncodedLength;

    private void DropFirst()
    {
        var first = Base.Index.Next;
        Base = PositionOf(first);
        _begin = _ends.TakeFirst();
        if (IsSettled(first))
        {
            _settled.DropFirst();
            return;
        }

        _lastSettledStamp = _entries.TakeFirst().Stamp;
        _lastSettled = Base;
        _settled.Restart(first.Next);
    }
}
