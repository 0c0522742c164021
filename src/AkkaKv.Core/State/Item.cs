namespace AkkaKv.Core.State;

/// <summary>
/// What a key holds, the key included. Most writes replace the whole item. A <see cref="SmallItem"/> may get its new value in place
/// (<see cref="TryOverwrite"/>), but never while a capture is open, so captures keep what they took; whoever reads on another thread than
/// the replica's reads under the sequence of <see cref="KeyValueState"/>, which tells him to forget what he read meanwhile.
/// Items without an expiry, by far the most, do not pay for one.
/// </summary>
public abstract class Item
{
    /// <summary>The expiry of an item that has none: later than every time.</summary>
    public const long NoExpiry = long.MaxValue;

    private protected Item(ulong hash, LogIndex version)
    {
        Hash = hash;
        Version = version;
    }

    public abstract ReadOnlySpan<byte> Key { get; }

    public abstract ReadOnlySpan<byte> Value { get; }

    /// <summary>Index of the entry that wrote it: an item that changed in any way has another one.</summary>
    public LogIndex Version { get; private protected set; }

    /// <summary>Unix milliseconds; <see cref="NoExpiry"/> for none. It is still there until the log says that it went (rule R14).</summary>
    public long ExpireAt => this is ExpiringItem expiring ? expiring.ExpireAtMilliseconds : NoExpiry;

    /// <summary>True if a command with this stamp takes the key as absent.</summary>
    public bool IsExpired(long stamp) => this is ExpiringItem expiring && expiring.ExpireAtMilliseconds <= stamp;

    internal ulong Hash { get; }

    /// <summary>The key in an array of its own, if it has one; nobody writes to it, so other items may share it.</summary>
    internal virtual byte[]? KeyArray => null;

    /// <summary>The same for the value.</summary>
    internal virtual byte[]? ValueArray => null;

    /// <summary>True if it never changes, so that a reader may look at it as long as he likes.</summary>
    internal virtual bool IsImmutable => true;

    /// <summary>Takes another value in place, if it can. The replica's thread only, within the application of an entry.</summary>
    /// <param name="value">The value; may be a part of this item's.</param>
    /// <param name="version">Index of the entry that writes it.</param>
    internal virtual bool TryOverwrite(ReadOnlySpan<byte> value, LogIndex version) => false;

    /// <summary>An item that owns its bytes: they are copied, except from an array that it may share or have.</summary>
    /// <param name="key">The key.</param>
    /// <param name="keyArray">An array that holds just the key and never changes, if there is one.</param>
    /// <param name="hash">Of the key.</param>
    /// <param name="value">The value.</param>
    /// <param name="valueArray">An array that holds just the value and never changes, if there is one.</param>
    /// <param name="version">Index of the entry that writes it.</param>
    /// <param name="expireAt">Unix milliseconds, or <see cref="NoExpiry"/>.</param>
    internal static Item Create(
        ReadOnlySpan<byte> key, byte[]? keyArray, ulong hash, ReadOnlySpan<byte> value, byte[]? valueArray, LogIndex version, long expireAt)
    {
        if (expireAt == NoExpiry && SmallItem.TryCreate(key, hash, value, version) is { } small) return small;
        keyArray ??= key.ToArray();
        valueArray ??= value.ToArray();
        return expireAt == NoExpiry
            ? new LargeItem(keyArray, hash, valueArray, version)
            : new ExpiringItem(keyArray, hash, valueArray, version, expireAt);
    }
}

/// <summary>An item whose key and value are arrays.</summary>
internal class LargeItem(byte[] key, ulong hash, byte[] value, LogIndex version) : Item(hash, version)
{
    public sealed override ReadOnlySpan<byte> Key => key;

    public sealed override ReadOnlySpan<byte> Value => value;

    internal sealed override byte[] KeyArray => key;

    internal sealed override byte[] ValueArray => value;
}

/// <summary>An item with an expiry, and its place in the <see cref="ExpiryIndex"/>, which belongs to the writer alone.</summary>
internal sealed class ExpiringItem(byte[] key, ulong hash, byte[] value, LogIndex version, long expireAt)
    : LargeItem(key, hash, value, version)
{
    public long ExpireAtMilliseconds { get; } = expireAt;

    /// <summary>Place in the heap; -1 when it is not there.</summary>
    public int HeapIndex { get; set; } = -1;
}
