namespace AkkaKv.Core.Commands;

/// <summary>When a write takes effect.</summary>
public enum SetCondition : byte
{
    Always = 0,

    /// <summary>NX: only if the key is absent; of several keys, only if all are.</summary>
    IfAbsent = 1,

    /// <summary>XX: only if the key is present; of several keys, only if all are.</summary>
    IfPresent = 2,

    /// <summary>IFEQ: only if the key holds exactly the comparand. An absent key does not.</summary>
    IfEqual = 3,

    /// <summary>IFNE: only if the key does not hold exactly the comparand. An absent key does not, and so is created.</summary>
    IfNotEqual = 4,
}

/// <summary>The options of SET. The default is a plain SET: unconditional, without expiry, answered by OK.</summary>
public readonly ref struct SetOptions
{
    /// <summary>When the write takes effect.</summary>
    public SetCondition Condition { get; init; }

    /// <summary>What IFEQ and IFNE compare with; ignored otherwise.</summary>
    public ReadOnlySpan<byte> Comparand { get; init; }

    /// <summary>When the key expires.</summary>
    public Expiry Expiry { get; init; }

    /// <summary>GET: the result is the value before (or nil), whether the write took effect or not.</summary>
    public bool ReturnOld { get; init; }
}
