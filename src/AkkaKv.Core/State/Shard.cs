namespace AkkaKv.Core.State;

/// <summary>
/// One part of the table: open addressing with linear probing over an array of references. Some slot is always empty, so every
/// probe ends. A removed item leaves a tombstone where later items may have been pushed past it. Only the writer calls anything
/// but <see cref="Find"/>; see <see cref="KeyTable"/> for why readers may look on.
/// </summary>
internal sealed class Shard
{
    private const int CapacityMin = 4;

    /// <summary>Stands in the slot of a removed item; never returned to anybody.</summary>
    private static readonly Item Tombstone = Item.Create([], null, 0, [], null, LogIndex.Zero, Item.NoExpiry);

    /// <summary>The length is a power of two. Replaced as a whole when the shard grows or shrinks.</summary>
    private Slot[] _slots = new Slot[CapacityMin];

    /// <summary>Items and tombstones.</summary>
    private int _used;

    /// <summary>Items.</summary>
    public int Count { get; private set; }

    /// <summary>The item of a key, or null. Callable from any thread.</summary>
    public Item? Find(ReadOnlySpan<byte> key, ulong hash)
    {
        var slots = Volatile.Read(ref _slots);
        var mask = slots.Length - 1;
        for (var i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            var item = Volatile.Read(ref slots[i].Item);
            if (item is null) return null;
            if (item.Hash == hash && key.SequenceEqual(item.Key) && !ReferenceEquals(item, Tombstone)) return item;
        }
    }

    /// <summary>Appends the items to a list. Callable from any thread: it then sees each item as of some moment during the call.</summary>
    public void CopyTo(List<Item> target)
    {
        var slots = Volatile.Read(ref _slots);
        for (var i = 0; i < slots.Length; i++)
        {
            var item = Volatile.Read(ref slots[i].Item);
            if (item is not null && !ReferenceEquals(item, Tombstone)) target.Add(item);
        }
    }

    /// <summary>The items in an array of their own; nobody may write meanwhile.</summary>
    public Item[] ToArray()
    {
        if (Count == 0) return [];
        var items = new Item[Count];
        var next = 0;
        foreach (var slot in _slots)
        {
            if (slot.Item is { } item && !ReferenceEquals(item, Tombstone)) items[next++] = item;
        }

        return items;
    }

    /// <summary>Puts an item in the place of another one of the same key.</summary>
    public void Replace(Item old, Item item) => Volatile.Write(ref _slots[SlotOf(old)].Item, item);

    /// <summary>Adds an item whose key is absent.</summary>
    public void Add(Item item)
    {
        if ((_used + 1) * 4 > _slots.Length * 3) Rebuild();
        var slots = _slots;
        var mask = slots.Length - 1;
        var i = (int)item.Hash & mask;
        while (slots[i].Item is { } other && !ReferenceEquals(other, Tombstone)) i = (i + 1) & mask;
        if (slots[i].Item is null) _used++;
        Count++;
        Volatile.Write(ref slots[i].Item, item);
    }

    /// <summary>Removes an item that is there.</summary>
    public void Remove(Item item)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var i = SlotOf(item);
        Count--;
        if (slots[(i + 1) & mask].Item is not null)
        {
            Volatile.Write(ref slots[i].Item, Tombstone);
        }
        else
        {
            // No probe goes on beyond this slot, so it and the tombstones right before it can become empty again.
            do
            {
                Volatile.Write(ref slots[i].Item, null);
                _used--;
                i = (i - 1) & mask;
            }
            while (ReferenceEquals(slots[i].Item, Tombstone));
        }

        if (slots.Length > 4 * CapacityMin && Count * 8 < slots.Length) Rebuild();
    }

    private int SlotOf(Item item)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var i = (int)item.Hash & mask;
        while (!ReferenceEquals(slots[i].Item, item))
        {
            Invariant.Holds(slots[i].Item is not null);
            i = (i + 1) & mask;
        }

        return i;
    }

    /// <summary>Moves the items to a new array, at most half full with one more; readers of the old one find it as it was.</summary>
    private void Rebuild()
    {
        var capacity = CapacityMin;
        while ((Count + 1) * 2 > capacity) capacity *= 2;
        var slots = new Slot[capacity];
        var mask = capacity - 1;
        foreach (var slot in _slots)
        {
            if (slot.Item is not { } item || ReferenceEquals(item, Tombstone)) continue;
            var i = (int)item.Hash & mask;
            while (slots[i].Item is not null) i = (i + 1) & mask;
            slots[i].Item = item;
        }

        _used = Count;
        Volatile.Write(ref _slots, slots);
    }

    /// <summary>A struct around the reference, because the address of an element of an array of a class costs a type check.</summary>
    private struct Slot
    {
        public Item? Item;
    }
}
