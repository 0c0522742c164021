namespace AkkaKv.Core.Commands;

/// <summary>How a write sets the time at which its key expires.</summary>
public enum ExpiryKind : byte
{
    /// <summary>The key does not expire; an earlier expiry is forgotten.</summary>
    None = 0,

    /// <summary>The key keeps the expiry it has (KEEPTTL).</summary>
    Keep = 1,

    /// <summary>Milliseconds after the stamp of the entry (EX, PX).</summary>
    Relative = 2,

    /// <summary>Unix milliseconds (EXAT, PXAT).</summary>
    Absolute = 3,
}

/// <summary>When a key expires. A time that has passed when the command is applied removes the key at once.</summary>
/// <param name="Kind">What <paramref name="Milliseconds"/> counts from.</param>
/// <param name="Milliseconds">May be negative, as EXPIRE allows. Sums saturate instead of overflowing.</param>
public readonly record struct Expiry(ExpiryKind Kind, long Milliseconds)
{
    /// <summary>The key does not expire.</summary>
    public static Expiry None => default;

    /// <summary>The key keeps the expiry it has.</summary>
    public static Expiry Keep => new(ExpiryKind.Keep, 0);

    /// <summary>Counted from the stamp of the entry, so that every replica gets the same instant.</summary>
    public static Expiry After(long milliseconds) => new(ExpiryKind.Relative, milliseconds);

    /// <summary>Unix milliseconds.</summary>
    public static Expiry At(long unixMilliseconds) => new(ExpiryKind.Absolute, unixMilliseconds);

    /// <summary>The Unix milliseconds meant in an entry with this stamp; never the value that stands for "no expiry".</summary>
    internal long Resolve(long stamp)
    {
        if (Kind == ExpiryKind.Absolute) return Math.Min(Milliseconds, long.MaxValue - 1);
        return Milliseconds > long.MaxValue - 1 - stamp ? long.MaxValue - 1 : stamp + Milliseconds;
    }
}

/// <summary>When EXPIRE takes effect. A key without an expiry counts as one that expires after every time.</summary>
[Flags]
public enum ExpireConditions : byte
{
    None = 0,

    /// <summary>NX: only if the key has no expiry. Excludes the others.</summary>
    IfNone = 1,

    /// <summary>XX: only if the key has an expiry.</summary>
    IfSome = 2,

    /// <summary>GT: only if the new expiry is later.</summary>
    IfLater = 4,

    /// <summary>LT: only if the new expiry is earlier. Excludes <see cref="IfLater"/>.</summary>
    IfEarlier = 8,
}
