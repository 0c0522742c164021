namespace AkkaKv.Core.State;

/// <summary>
/// The replicated state: the map, the sessions and the registry of stores, as the committed log makes them, and the marks of
/// what the log holds beyond that. One writer, the replica's thread; the members under "Readers" may be called from any thread.
/// <para>
/// How a reader on another thread gets an answer that belongs to one instant (rule R7). The writer works in this order:
/// (1) appending entry i to the log: marks of its keys, then <see cref="LastLogIndex"/>, and only then is the append acknowledged
/// to anybody; (2) applying it: the sequence becomes odd, items, <see cref="AppliedIndex"/>, the sequence becomes even. A reader
/// loads the sequence, then the mark, then AppliedIndex, then the item, then the sequence again. Every store
/// is a release and every load an acquire, so these orders hold on every processor. If the mark is above AppliedIndex, it gives up:
/// a write to the key may be visible elsewhere. If not, the item holds every write up to the mark, and because the sequence did not
/// move, nothing was applied between: an entry that was being applied all the while had marked its keys before, so
/// it does not touch this one. Half of an entry is thus never seen, nor an older item than the mark allows.
/// </para>
/// <para>
/// Small values are overwritten in place, by plain stores, so what a reader takes from an item counts only if the sequence did not move
/// until he was done: he takes it between the two loads of the sequence, with a barrier on either side of these stores and loads. Until he
/// knows, it may be half of one value and half of the next, never more bytes than the item has.
/// Source: H.-J. Boehm, "Can seqlocks get along with programming language memory models?", 2012.
/// </para>
/// </summary>
public sealed partial class KeyValueState
{
    /// <summary>One more than the largest SCAN cursor.</summary>
    public const int ScanCursors = KeyTable.ShardCount;

    private const int ReadAttempts = 8;

    private readonly PendingMarks _pending = new();
    private readonly KeyTable _table;
    private long _applied;
    private long _lastLog;

    /// <summary>Odd while an entry is being applied; never the same again afterwards.</summary>
    private long _sequence;

    /// <summary>An empty state, before the first entry.</summary>
    /// <param name="cluster">Decides how keys are spread, the same way on all servers.</param>
    public KeyValueState(ClusterId cluster)
    {
        Cluster = cluster;
        _table = new KeyTable(cluster);
        _store = new ItemStore(_table);
        _executor = new CommandExecutor(_store, _results);
    }

    public ClusterId Cluster { get; }

    /* Readers. */

    /// <summary>The last entry applied: all of it and everything before it is visible.</summary>
    public LogIndex AppliedIndex => new(Volatile.Read(ref _applied));

    /// <summary>The last entry in this replica's log, committed or not, or <see cref="AppliedIndex"/> if that is later.</summary>
    public LogIndex LastLogIndex => new(Volatile.Read(ref _lastLog));

    /// <summary>Keys that are there, those included whose expiry has passed but is not in the log yet.</summary>
    public long Count => _table.Count;

    /// <summary>How many of them have an expiry.</summary>
    public long ExpiringCount => _store.Expiries.Count;

    /// <summary>
    /// Reads one key, provided that nothing in the log that touches it is still to be applied. Lock-free and without allocation.
    /// The caller checks its lease before and after.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="read">
    /// Takes what is wanted from what the key holds, which is null when it is absent. It may run more than once, and what it took in a run
    /// before the last, or if the result is false, must be forgotten; it looks at the value only once and does not throw on one that
    /// changes meanwhile.
    /// </param>
    /// <param name="pending">On false: the key is readable when this index is applied.</param>
    public bool TryReadOne(ReadOnlySpan<byte> key, Action<Item?> read, out LogIndex pending)
    {
        var hash = _table.Hash(key);
        for (var attempt = 0; attempt < ReadAttempts; attempt++)
        {
            var sequence = Volatile.Read(ref _sequence);
            pending = _pending.Of(hash);
            if (pending.Value > Volatile.Read(ref _applied)) return false;

            var item = _table.Find(key, hash);
            if (item is { IsImmutable: false })
            {
                read(item);
                if (IsUnchanged(sequence)) return true;
            }
            else if (IsUnchanged(sequence))
            {
                read(item); // However long that takes.
                return true;
            }
        }

        pending = LastLogIndex;
        return false;
    }

    /// <summary>The highest index in the log that touches the key, applied or not.</summary>
    public LogIndex PendingOf(ReadOnlySpan<byte> key) => _pending.Of(_table.Hash(key));

    /// <summary>
    /// Begins to read several keys as of one moment: false while entries are still to be applied. Then any number of
    /// <see cref="Find"/>, and what they found counts if <see cref="IsUnchanged"/> says so at the end.
    /// </summary>
    public bool TryBeginRead(out long token)
    {
        token = Volatile.Read(ref _sequence);
        return (token & 1) == 0 && Volatile.Read(ref _lastLog) <= Volatile.Read(ref _applied);
    }

    /// <summary>True if nothing was applied since <see cref="TryBeginRead"/> gave this token.</summary>
    public bool IsUnchanged(long token)
    {
        Volatile.ReadBarrier(); // What was read from items comes before this.
        return Volatile.Read(ref _sequence) == token;
    }

    /// <summary>
    /// What the key holds now. On the replica's thread this is the applied state, until the next entry is applied; on others it is for use
    /// between <see cref="TryBeginRead"/> and <see cref="IsUnchanged"/>, like <see cref="TryReadOne"/>'s.
    /// </summary>
    public Item? Find(ReadOnlySpan<byte> key) => _table.Find(key, _table.Hash(key));

    /// <summary>
    /// Walks over the keys in pieces. A key that is present from the first call of a walk to the last is given out, at least once;
    /// others may be. Cursors mean the same on every server of the cluster.
    /// </summary>
    /// <param name="cursor">0 to begin, then what the last call returned. Beyond <see cref="ScanCursors"/> the walk is over.</param>
    /// <param name="count">Stop when so many items were given out; whole shards are, so it may be a few more.</param>
    /// <param name="into">Receives the items.</param>
    /// <returns>Where to go on; 0 when the walk is over.</returns>
    public long Scan(long cursor, int count, List<Item> into)
    {
        if (cursor is < 0 or >= ScanCursors) return 0;
        var enough = into.Count + Math.Max(1, count);
        var shard = (int)cursor;
        while (shard < ScanCursors && into.Count < enough) _table.CopyShard(shard++, into);
        return shard == ScanCursors ? 0 : shard;
    }
}
