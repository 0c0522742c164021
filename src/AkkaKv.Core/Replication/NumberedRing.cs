namespace AkkaKv.Core.Replication;

/// <summary>
/// A row of things with consecutive numbers: added at the end, taken from either end, found by number. It grows as it must and allocates
/// nothing otherwise.
/// </summary>
internal sealed class NumberedRing<T>
{
    private T[] _items = new T[16];

    /// <summary>The number of the first one; when there is none, of the next.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next one gets.</summary>
    public long Next { get; private set; }

    public int Count => (int)(Next - First);

    public T this[long number]
    {
        get
        {
            Invariant.Holds(First <= number && number < Next);
            return _items[PlaceOf(number)];
        }
    }

    public void Add(T item)
    {
        if (Count == _items.Length) Grow();
        _items[PlaceOf(Next++)] = item;
    }

    public T TakeFirst()
    {
        Invariant.Holds(Count > 0);
        return Take(First++);
    }

    public T TakeLast()
    {
        Invariant.Holds(Count > 0);
        return Take(--Next);
    }

    /// <summary>Lets go of everything; the next one gets this number.</summary>
    public void Restart(long next)
    {
        Array.Clear(_items);
        First = Next = next;
    }

    private T Take(long number)
    {
        var item = _items[PlaceOf(number)];
        _items[PlaceOf(number)] = default!;
        return item;
    }

    private int PlaceOf(long number) => (int)number & (_items.Length - 1);

    private void Grow()
    {
        var old = _items;
        _items = new T[old.Length * 2];
        for (var number = First; number < Next; number++) _items[PlaceOf(number)] = old[(int)number & (old.Length - 1)];
    }
}
