namespace AkkaKv.Core;

/// <summary>
/// The reign of one leader instance. Ordered by round, then slot, then nonce; the nonce is fresh for every instance, so two
/// leaders never share an epoch even when both picked the same round.
/// </summary>
public readonly record struct Epoch(ulong Round, byte Slot, ulong Nonce) : IComparable<Epoch>
{
    /// <summary>Before every reign: what an empty store has promised, and the epoch of the position before the first entry.</summary>
    public static Epoch None => default;

    /// <summary>The replica beside the leader of this epoch.</summary>
    public ReplicaId Leader => new(Slot);

    public int CompareTo(Epoch other)
    {
        var byRound = Round.CompareTo(other.Round);
        if (byRound != 0) return byRound;
        var bySlot = Slot.CompareTo(other.Slot);
        return bySlot != 0 ? bySlot : Nonce.CompareTo(other.Nonce);
    }

    public static bool operator <(Epoch left, Epoch right) => left.CompareTo(right) < 0;

    public static bool operator >(Epoch left, Epoch right) => left.CompareTo(right) > 0;

    public static bool operator <=(Epoch left, Epoch right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Epoch left, Epoch right) => left.CompareTo(right) >= 0;

    public override string ToString() => this == None ? "e0" : $"e{Round}.{Slot}.{Nonce:x4}";
}
