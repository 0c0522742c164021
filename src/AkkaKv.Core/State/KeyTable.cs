namespace AkkaKv.Core.State;

/// <summary>
/// The map from keys to items: one writer, the replica's thread, and any number of readers on other threads, who never wait
/// and never write. Keys are spread by their hash over 16,384 shards that grow one by one, so that no resize stalls anybody:
/// a million keys are about sixty a shard.
/// <para>
/// Why readers see whole things in a sensible order, on .NET's memory model:
/// an item is fully built before its reference is stored by <c>Volatile.Write</c>, a release, and readers load
/// every reference by <c>Volatile.Read</c>, an acquire: who sees the reference sees what is behind it, and everything the
/// writer did before. The same holds for a new array of slots and a new shard, which are filled before they are published.
/// Key and hash of an item never change.
/// Within one array an item never moves, so a key that is present during a whole probe is found. A key may be missed only
/// if it was absent at some moment of the probe. A reader that still holds a replaced array, or after FLUSHALL a replaced set
/// of shards, sees the past up to the replacement, which was the present when it began.
/// What is left, namely that the item must not be older than the index the reader relies on, and that its value may be overwritten in
/// place, is no matter of this class: see <see cref="KeyValueState.TryReadOne"/>.
/// </para>
/// </summary>
internal sealed class KeyTable(ClusterId cluster)
{
    public const int ShardCountLog2 = 14;
    public const int ShardCount = 1 << ShardCountLog2;

    private readonly KeyHash _hash = new(cluster);
    private readonly List<Capture> _captures = [];
    private Shard?[] _shards = new Shard?[ShardCount];
    private long _count;

    /// <summary>How many keys there are, those included whose expiry has passed but is not in the log yet.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>True while a capture may look at items: they must not change. One that is closed counts until the next change.</summary>
    public bool HasCaptures => _captures.Count > 0;

    public ulong Hash(ReadOnlySpan<byte> key) => _hash.Compute(key);

    /// <summary>The item of a key, or null. Callable from any thread.</summary>
    public Item? Find(ReadOnlySpan<byte> key, ulong hash)
    {
        var shards = Volatile.Read(ref _shards);
        return Volatile.Read(ref shards[ShardOf(hash)])?.Find(key, hash);
    }

    /// <summary>Appends the items of one shard to a list. Callable from any thread.</summary>
    public void CopyShard(int shard, List<Item> target)
    {
        var shards = Volatile.Read(ref _shards);
        Volatile.Read(ref shards[shard])?.CopyTo(target);
    }

    /// <summary>Puts an item in the place of <paramref name="old"/>, or adds it if its key is absent.</summary>
    public void Put(Item? old, Item item)
    {
        var number = ShardOf(item.Hash);
        Preserve(number);
        if (_shards[number] is not { } shard)
        {
            shard = new Shard();
            Volatile.Write(ref _shards[number], shard);
        }

        if (old is not null)
        {
            shard.Replace(old, item);
            return;
        }

        shard.Add(item);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Removes an item that is there.</summary>
    public void Remove(Item item)
    {
        var number = ShardOf(item.Hash);
        Preserve(number);
        var shard = _shards[number]!;
        shard.Remove(item);
        if (shard.Count == 0) Volatile.Write(ref _shards[number], null);
        Volatile.Write(ref _count, _count - 1);
    }

    /// <summary>Removes everything, at a cost that does not depend on how much there is.</summary>
    public void Clear()
    {
        // Captures and readers that hold the old array go on with it: nobody writes to it any more.
        Volatile.Write(ref _shards, new Shard?[ShardCount]);
        Volatile.Write(ref _count, 0);
    }

    /// <summary>Lets a capture begin now: from here on the writer preserves for it what it is about to change.</summary>
    public void Attach(Capture capture)
    {
        _captures.RemoveAll(static old => old.IsClosed);
        _captures.Add(capture);
        capture.Begin(_shards, Count);
    }

    private static int ShardOf(ulong hash) => (int)(hash >> (64 - ShardCountLog2));

    private void Preserve(int shard)
    {
        if (!HasCaptures) return;
        var anyClosed = false;
        foreach (var capture in _captures) anyClosed |= !capture.Preserve(_shards, shard);
        if (anyClosed) _captures.RemoveAll(static capture => capture.IsClosed);
    }
}
