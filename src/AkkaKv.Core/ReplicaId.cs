namespace AkkaKv.Core;

/// <summary>
/// Names one copy of the data: the place of its server in the configured list, from 0. Slots are static; the disk behind a
/// slot is named by its <see cref="StoreId"/>.
/// </summary>
public readonly record struct ReplicaId(byte Slot) : IComparable<ReplicaId>
{
    public int CompareTo(ReplicaId other) => Slot.CompareTo(other.Slot);

    public static bool operator <(ReplicaId left, ReplicaId right) => left.Slot < right.Slot;

    public static bool operator >(ReplicaId left, ReplicaId right) => left.Slot > right.Slot;

    public static bool operator <=(ReplicaId left, ReplicaId right) => left.Slot <= right.Slot;

    public static bool operator >=(ReplicaId left, ReplicaId right) => left.Slot >= right.Slot;

    /// <summary>The slot's number, as logs show it.</summary>
    public override string ToString() => $"r{Slot}";
}
