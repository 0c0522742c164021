using System.Collections.Immutable;

namespace AkkaKv.Core.Replication;

/// <summary>
/// The end of a replica's log in memory: every entry that is not committed, and before them as many committed ones as fit in
/// <see cref="Limits.LogTailBytes"/>. What is older is on disk alone.
/// </summary>
internal sealed class ReplicaLog
{
    private readonly List<Entry?> _entries = [];
    private int _start;
    private long _bytes;

    /// <param name="start">The position before the first entry.</param>
    /// <param name="entries">The entries, dense.</param>
    public ReplicaLog(LogPosition start, IReadOnlyList<Entry> entries)
    {
        Base = start;
        foreach (var entry in entries) Append(entry);
    }

    /// <summary>The position before the first entry in memory.</summary>
    public LogPosition Base { get; private set; }

    public LogPosition Last => _start < _entries.Count ? _entries[^1]!.Position : Base;

    /// <summary>The stamp of the last entry in memory; 0 when there is none.</summary>
    public long LastStamp => _start < _entries.Count ? _entries[^1]!.Stamp : 0;

    public Entry this[LogIndex index] => _entries[PlaceOf(index)]!;

    /// <summary>The position of an entry in memory, or of the one before them.</summary>
    public LogPosition PositionOf(LogIndex index) => index == Base.Index ? Base : this[index].Position;

    /// <summary>True if the entry is in memory, or is the one just before them.</summary>
    public bool KnowsPosition(LogIndex index) => Base.Index <= index && index <= Last.Index;

    public void Append(Entry entry)
    {
        Invariant.Holds(entry.Index == Last.Index.Next);
        Invariant.Holds(Last.Epoch <= entry.Epoch);
        _entries.Add(entry);
        _bytes += entry.EncodedLength;
    }

    /// <summary>Forgets this entry and all after it.</summary>
    public void TruncateFrom(LogIndex index)
    {
        var place = PlaceOf(index);
        for (var i = place; i < _entries.Count; i++) _bytes -= _entries[i]!.EncodedLength;
        _entries.RemoveRange(place, _entries.Count - place);
    }

    /// <summary>Forgets everything: the log goes on after a snapshot.</summary>
    public void Restart(LogPosition start)
    {
        _entries.Clear();
        _start = 0;
        _bytes = 0;
        Base = start;
    }

    /// <summary>Lets go of old entries, none of them after <paramref name="keepAfter"/>, until the rest fits in so many bytes.</summary>
    public void Trim(LogIndex keepAfter, long bytesMax)
    {
        while (_bytes > bytesMax && Base.Index < keepAfter)
        {
            var entry = _entries[_start]!;
            _bytes -= entry.EncodedLength;
            _entries[_start++] = null;
            Base = entry.Position;
        }

        // Moving the rest costs about as much as what was let go since the last time.
        if (_start < 64 || _start * 2 < _entries.Count) return;
        _entries.RemoveRange(0, _start);
        _start = 0;
    }

    /// <summary>The entries after an index that fit in so many bytes, one at least if there is one.</summary>
    public ImmutableArray<Entry> Read(LogIndex after, int bytesMax)
    {
        if (after >= Last.Index) return [];
        var place = PlaceOf(after.Next);
        var end = place;
        long bytes = 0;
        while (end < _entries.Count && (end == place || bytes + _entries[end]!.EncodedLength <= bytesMax))
        {
            bytes += _entries[end++]!.EncodedLength;
        }

        var entries = ImmutableArray.CreateBuilder<Entry>(end - place);
        for (var i = place; i < end; i++) entries.Add(_entries[i]!);
        return entries.MoveToImmutable();
    }

    /// <summary>
    /// Bytes of the entries after an index, counted no further than just beyond a bound. What is not in memory any more is beyond it.
    /// </summary>
    public long BytesAfter(LogIndex after, long bound)
    {
        if (after < Base.Index) return bound + 1;
        long bytes = 0;
        for (var place = _entries.Count - 1; place >= _start && bytes <= bound && after < _entries[place]!.Index; place--)
        {
            bytes += _entries[place]!.EncodedLength;
        }

        return bytes;
    }

    private int PlaceOf(LogIndex index)
    {
        Invariant.Holds(Base.Index < index && index <= Last.Index);
        return _start + (int)(index - Base.Index) - 1;
    }
}
