namespace AkkaKv.Core.State;

/// <summary>
/// The table and the expiry index as one thing, for the writer. A command first takes aim at a key, which removes an item that
/// the stamp of the entry has expired: whoever acts on the absence of a key makes it absent for everybody.
/// </summary>
internal sealed class ItemStore(KeyTable table)
{
    private readonly ExpiryIndex _expiries = new();

    public KeyTable Table { get; } = table;

    public ExpiryIndex Expiries => _expiries;

    /// <summary>Looks a key up. What it finds is good until the next change of the same key.</summary>
    public Target Aim(ReadOnlySpan<byte> key, long stamp)
    {
        var hash = Table.Hash(key);
        var item = Table.Find(key, hash);
        if (item is null || !item.IsExpired(stamp)) return new Target(key, hash, item);
        Remove(item);
        return new Target(key, hash, null);
    }

    /// <summary>Gives a key a value.</summary>
    /// <param name="target">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="array">An array that holds just this value and never changes, if there is one: the item may keep it.</param>
    /// <param name="version">Index of the entry that writes it.</param>
    /// <param name="expireAt">Unix milliseconds, or <see cref="Item.NoExpiry"/>.</param>
    public void Write(in Target target, ReadOnlySpan<byte> value, byte[]? array, LogIndex version, long expireAt)
    {
        if (expireAt == Item.NoExpiry && target.Item is { } item && !Table.HasCaptures && item.TryOverwrite(value, version)) return;
        Put(target.Item, Item.Create(target.Key, target.Item?.KeyArray, target.Hash, value, array, version, expireAt));
    }

    public void Remove(Item item)
    {
        Table.Remove(item);
        if (item is ExpiringItem expiring) _expiries.Remove(expiring);
    }

    public void Clear()
    {
        Table.Clear();
        _expiries.Clear();
    }

    /// <summary>Adds an item that a snapshot holds; false if its key is there already.</summary>
    public bool TryRestore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, LogIndex version, long expireAt)
    {
        var hash = Table.Hash(key);
        if (Table.Find(key, hash) is not null) return false;
        Put(null, Item.Create(key, null, hash, value, null, version, expireAt));
        return true;
    }

    private void Put(Item? old, Item item)
    {
        Table.Put(old, item);
        if (old is ExpiringItem leaving) _expiries.Remove(leaving);
        if (item is ExpiringItem coming) _expiries.Add(coming);
    }
}

/// <summary>A key and what it holds for the command that aims at it.</summary>
internal readonly ref struct Target(ReadOnlySpan<byte> key, ulong hash, Item? item)
{
    public ReadOnlySpan<byte> Key { get; } = key;

    public ulong Hash { get; } = hash;

    /// <summary>Null when the key is absent.</summary>
    public Item? Item { get; } = item;
}
