using System.Collections.Immutable;

namespace AkkaKv.Core.State;

/// <summary>
/// Which store each slot has, as the log says (rules R12 and H33 of the protocol): part of the replicated state, and the payload
/// of a barrier. Immutable. Binary form: count u8, then for each slot in rising order slot u8 and store id (16 bytes, big-endian).
/// </summary>
public sealed class StoreRegistry
{
    private const int ItemBytes = 1 + 16;

    private readonly ImmutableArray<StoreId> _bySlot;

    private StoreRegistry(ImmutableArray<StoreId> bySlot) => _bySlot = bySlot;

    /// <summary>No store is known.</summary>
    public static StoreRegistry Empty { get; } = new([.. new StoreId[Limits.ReplicasMax]]);

    /// <summary>The store of a slot; <see cref="StoreId.None"/> when none is known.</summary>
    public StoreId this[ReplicaId replica] => replica.Slot < _bySlot.Length ? _bySlot[replica.Slot] : StoreId.None;

    /// <summary>The same with another store in one slot.</summary>
    public StoreRegistry With(ReplicaId replica, StoreId store) => new(_bySlot.SetItem(replica.Slot, store));

    /// <summary>The binary form.</summary>
    public byte[] Encode()
    {
        var known = _bySlot.Count(static store => store != StoreId.None);
        var bytes = new byte[1 + (known * ItemBytes)];
        bytes[0] = (byte)known;
        var rest = bytes.AsSpan(1);
        for (var slot = 0; slot < _bySlot.Length; slot++)
        {
            if (_bySlot[slot] == StoreId.None) continue;
            rest[0] = (byte)slot;
            _bySlot[slot].Value.TryWriteBytes(rest[1..], bigEndian: true, out _);
            rest = rest[ItemBytes..];
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false for any other bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out StoreRegistry registry)
    {
        registry = Empty;
        if (bytes.IsEmpty || bytes.Length != 1 + (bytes[0] * ItemBytes)) return false;
        var stores = new StoreId[Limits.ReplicasMax];
        var previous = -1;
        for (var rest = bytes[1..]; !rest.IsEmpty; rest = rest[ItemBytes..])
        {
            int slot = rest[0];
            var store = new StoreId(new Guid(rest[1..ItemBytes], bigEndian: true));
            if (slot <= previous || slot >= stores.Length || store == StoreId.None) return false;
            stores[slot] = store;
            previous = slot;
        }

        registry = new StoreRegistry([.. stores]);
        return true;
    }
}
