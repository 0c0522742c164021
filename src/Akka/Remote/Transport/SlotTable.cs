#nullable enable
namespace Akka.Remote.Transport;

/// <summary>
/// Gives the last <see cref="WireFormat.TableSlots"/> different keys a slot each. When all are taken the oldest key loses its slot,
/// whether used lately or not: definitions are cheap, and the reader needs no notice. Not safe for concurrent use.
/// </summary>
internal sealed class SlotTable<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, ushort> _slots = [];
    private readonly List<TKey> _keys = [];
    private int _next;

    internal bool TryGet(TKey key, out ushort slot) => _slots.TryGetValue(key, out slot);

    /// <summary>Gives a slot to a key that has none. It must be defined to the reader before it is used.</summary>
    internal ushort Add(TKey key)
    {
        var slot = (ushort)_next;
        if (slot < _keys.Count)
        {
            _slots.Remove(_keys[slot]);
            _keys[slot] = key;
        }
        else
        {
            _keys.Add(key);
        }

        _slots.Add(key, slot);
        _next = (_next + 1) % WireFormat.TableSlots;
        return slot;
    }
}

/// <summary>The reader's side of a <see cref="SlotTable{TKey}"/>: what each slot means now. It grows only as slots are defined.</summary>
internal sealed class SlotMeanings<T>
    where T : class
{
    private T?[] _meanings = [];

    /// <exception cref="WireFormatException">The slot is out of bounds.</exception>
    internal void Define(ushort slot, T meaning)
    {
        if (slot >= WireFormat.TableSlots)
            throw new WireFormatException($"slot {slot}");
        if (slot >= _meanings.Length)
            Array.Resize(ref _meanings, Math.Min(WireFormat.TableSlots, Math.Max(16, (slot + 1) * 2)));

        _meanings[slot] = meaning;
    }

    /// <exception cref="WireFormatException">The slot has never been defined.</exception>
    internal T this[ushort slot] =>
        (slot < _meanings.Length ? _meanings[slot] : null) ?? throw new WireFormatException($"undefined slot {slot}");
}
