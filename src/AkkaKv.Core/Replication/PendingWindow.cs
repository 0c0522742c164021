namespace AkkaKv.Core.Replication;

/// <summary>
/// What waits for an answer, by number: a ring that grows to a bound. Numbers are given out one after another, answered in any
/// order, and <see cref="Low"/> moves on when everything before it is answered.
/// </summary>
/// <param name="capacityMax">Most numbers between the lowest unanswered one and the next; a power of two.</param>
internal sealed class PendingWindow<T>(int capacityMax)
    where T : class
{
    private T?[] _ring = new T?[64];

    /// <summary>The lowest number without an answer, or <see cref="Next"/>.</summary>
    public long Low { get; private set; } = 1;

    /// <summary>The number that comes next.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    public bool IsFull => Next - Low >= capacityMax;

    /// <summary>What waits under a number; null for one that was answered, or never given out.</summary>
    public T? this[long number] => Low <= number && number < Next ? _ring[number & (_ring.Length - 1)] : null;

    /// <summary>Gives out the next number.</summary>
    public long Add(T item)
    {
        Invariant.Holds(!IsFull);
        if (Next - Low == _ring.Length) Grow();
        _ring[Next & (_ring.Length - 1)] = item;
        Count++;
        return Next++;
    }

    /// <summary>Takes what waits under a number; null if nothing does.</summary>
    public T? Take(long number)
    {
        var item = this[number];
        if (item is null) return null;
        _ring[number & (_ring.Length - 1)] = null;
        Count--;
        while (Low < Next && _ring[Low & (_ring.Length - 1)] is null) Low++;
        return item;
    }

    private void Grow()
    {
        var ring = new T?[_ring.Length * 2];
        for (var number = Low; number < Next; number++) ring[number & (ring.Length - 1)] = _ring[number & (_ring.Length - 1)];
        _ring = ring;
    }
}
