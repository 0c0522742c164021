namespace AkkaKv.Core.State;

/// <summary>
/// The keys that expire, soonest first: a four-ary heap in which every item knows its place, so that one that is overwritten
/// leaves at once and nothing has to be swept up later. Belongs to the writer.
/// </summary>
internal sealed class ExpiryIndex
{
    private const int Arity = 4;

    private readonly List<ExpiringItem> _heap = [];

    /// <summary>Unix milliseconds of the soonest expiry; <see cref="Item.NoExpiry"/> when nothing expires.</summary>
    public long Soonest => _heap.Count == 0 ? Item.NoExpiry : _heap[0].ExpireAtMilliseconds;

    public int Count => _heap.Count;

    public void Add(ExpiringItem item)
    {
        _heap.Add(item);
        Raise(item, _heap.Count - 1);
    }

    public void Remove(ExpiringItem item)
    {
        var index = item.HeapIndex;
        Invariant.Holds(ReferenceEquals(_heap[index], item));
        item.HeapIndex = -1;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (ReferenceEquals(last, item)) return;
        Raise(last, index);
        if (last.HeapIndex == index) Lower(last, index);
    }

    public void Clear()
    {
        _heap.Clear();
        _heap.TrimExcess();
    }

    /// <summary>Appends items whose expiry is at or before <paramref name="now"/>, at most so many, without removing them.</summary>
    public void Collect(long now, int max, List<Item> into)
    {
        if (Soonest > now || max <= 0) return;

        // The children of an item expire no sooner than it does: visit only below expired ones, breadth first.
        var open = new Queue<int>();
        open.Enqueue(0);
        while (max > 0 && open.TryDequeue(out var index))
        {
            into.Add(_heap[index]);
            max--;
            var first = (index * Arity) + 1;
            for (var child = first; child < first + Arity && child < _heap.Count; child++)
            {
                if (_heap[child].ExpireAtMilliseconds <= now) open.Enqueue(child);
            }
        }
    }

    private void Raise(ExpiringItem item, int index)
    {
        while (index > 0)
        {
            var parent = (index - 1) / Arity;
            if (_heap[parent].ExpireAtMilliseconds <= item.ExpireAtMilliseconds) break;
            Place(_heap[parent], index);
            index = parent;
        }

        Place(item, index);
    }

    private void Lower(ExpiringItem item, int index)
    {
        while (true)
        {
            var first = (index * Arity) + 1;
            var soonest = -1;
            for (var child = first; child < first + Arity && child < _heap.Count; child++)
            {
                if (soonest < 0 || _heap[child].ExpireAtMilliseconds < _heap[soonest].ExpireAtMilliseconds) soonest = child;
            }

            if (soonest < 0 || _heap[soonest].ExpireAtMilliseconds >= item.ExpireAtMilliseconds) break;
            Place(_heap[soonest], index);
            index = soonest;
        }

        Place(item, index);
    }

    private void Place(ExpiringItem item, int index)
    {
        _heap[index] = item;
        item.HeapIndex = index;
    }
}
