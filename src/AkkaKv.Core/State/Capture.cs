namespace AkkaKv.Core.State;

/// <summary>
/// The state as of one entry, while the writer goes on: what snapshots, KEYS and everything else that must see one moment read.
/// It costs the writer one copy of the references of a shard, the first time it changes that shard after the capture
/// began and before the capture came by. Several captures may be open at once.
/// <para>
/// Begun on the replica's thread (<see cref="KeyValueState.BeginCapture"/>); read from any one thread, the replica's or another.
/// The lock is held for the copy of one shard's references and never while anything is encoded. Close it when it is not read to
/// the end, or it keeps what it preserved.
/// </para>
/// </summary>
public sealed class Capture : IDisposable
{
    private readonly object _gate = new();
    private Shard?[]? _shards;
    private Item[]?[] _preserved = [];
    private int _next;

    internal Capture(
        ClusterId cluster, LogPosition position, long stamp, StoreRegistry stores, IReadOnlyList<SessionImage> sessions, long lastSessionId)
    {
        Cluster = cluster;
        Position = position;
        Stamp = stamp;
        Stores = stores;
        Sessions = sessions;
        LastSessionId = lastSessionId;
    }

    public ClusterId Cluster { get; }

    /// <summary>The last entry that is in it.</summary>
    public LogPosition Position { get; }

    /// <summary>The stamp of that entry.</summary>
    public long Stamp { get; }

    public StoreRegistry Stores { get; }

    /// <summary>How many items it will give out.</summary>
    public long Count { get; private set; }

    internal IReadOnlyList<SessionImage> Sessions { get; }

    internal long LastSessionId { get; }

    internal bool IsClosed => Volatile.Read(ref _shards) is null;

    /// <summary>Takes the next items, one shard at a time in the order of shards; false at the end, which closes the capture.</summary>
    /// <param name="items">One item or more; the array belongs to the caller.</param>
    public bool TryNext(out ReadOnlyMemory<Item> items)
    {
        items = default;
        while (true)
        {
            // Released between shards, so that the writer never waits for a walk over many empty ones.
            lock (_gate)
            {
                if (_shards is null) return false;
                if (_next == KeyTable.ShardCount)
                {
                    Close();
                    return false;
                }

                var number = _next++;
                var found = _preserved[number] ?? _shards[number]?.ToArray() ?? [];
                _preserved[number] = null;
                if (found.Length == 0) continue;
                items = found;
                return true;
            }
        }
    }

    /// <summary>Gives up what is left. Callable from any thread, any number of times.</summary>
    public void Dispose()
    {
        lock (_gate) Close();
    }

    internal void Begin(Shard?[] shards, long count)
    {
        _preserved = new Item[]?[KeyTable.ShardCount];
        Count = count;
        Volatile.Write(ref _shards, shards);
    }

    /// <summary>Called by the writer before it changes a shard. False when the capture is closed and need not be called again.</summary>
    internal bool Preserve(Shard?[] current, int number)
    {
        lock (_gate)
        {
            if (_shards is null) return false;

            // After FLUSHALL the writer works on other shards, and those of the capture stay as they are.
            if (ReferenceEquals(_shards, current) && _next <= number) _preserved[number] ??= _shards[number]?.ToArray() ?? [];
            return true;
        }
    }

    private void Close()
    {
        _preserved = [];
        Volatile.Write(ref _shards, null);
    }
}
