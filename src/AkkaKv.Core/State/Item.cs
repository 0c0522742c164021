namespace AkkaKv.Core.State;

/// <summary>
/// What a key holds, the key included. Immutable: a write replaces the whole item, so readers and captures keep one as long as
/// they like. Items without an expiry, by far the most, do not pay for one.
/// </summary>
public class Item
{
    /// <summary>The expiry of an item that has none: later than every time.</summary>
    public const long NoExpiry = long.MaxValue;

    private protected Item(byte[] key, ulong hash, byte[] value, LogIndex version)
    {
        KeyBytes = key;
        Hash = hash;
        ValueBytes = value;
        Version = version;
    }

    public ReadOnlySpan<byte> Key => KeyBytes;

    /// <summary>The key, for those who keep it; nobody writes to this memory.</summary>
    public ReadOnlyMemory<byte> KeyMemory => KeyBytes;

    public ReadOnlySpan<byte> Value => ValueBytes;

    /// <summary>The value, for those who keep it; nobody writes to this memory.</summary>
    public ReadOnlyMemory<byte> ValueMemory => ValueBytes;

    /// <summary>Index of the entry that wrote it: an item that changed in any way has another one.</summary>
    public LogIndex Version { get; }

    /// <summary>Unix milliseconds; <see cref="NoExpiry"/> for none. It is still there until the log says that it went (rule R14).</summary>
    public long ExpireAt => this is ExpiringItem expiring ? expiring.ExpireAtMilliseconds : NoExpiry;

    /// <summary>True if a command with this stamp takes the key as absent.</summary>
    public bool IsExpired(long stamp) => this is ExpiringItem expiring && expiring.ExpireAtMilliseconds <= stamp;

    internal byte[] KeyBytes { get; }

    internal byte[] ValueBytes { get; }

    internal ulong Hash { get; }

    internal static Item Create(byte[] key, ulong hash, byte[] value, LogIndex version, long expireAt) =>
        expireAt == NoExpiry ? new PlainItem(key, hash, value, version) : new ExpiringItem(key, hash, value, version, expireAt);
}

/// <summary>An item that stays until a command removes it.</summary>
internal sealed class PlainItem(byte[] key, ulong hash, byte[] value, LogIndex version) : Item(key, hash, value, version);

/// <summary>An item with an expiry, and its place in the <see cref="ExpiryIndex"/>, which belongs to the writer alone.</summary>
internal sealed class ExpiringItem(byte[] key, ulong hash, byte[] value, LogIndex version, long expireAt)
    : Item(key, hash, value, version)
{
    public long ExpireAtMilliseconds { get; } = expireAt;

    /// <summary>Place in the heap; -1 when it is not there.</summary>
    public int HeapIndex { get; set; } = -1;
}
