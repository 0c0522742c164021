namespace AkkaKv.Core;

/// <summary>
/// Names one disk's worth of promises and entries: drawn at random when a store is created and never reused, so that a
/// replica that lost its disk cannot be mistaken for the one that promised (rule R12).
/// </summary>
public readonly record struct StoreId(Guid Value)
{
    /// <summary>No store: a slot that never had one.</summary>
    public static StoreId None => default;

    public override string ToString() => Value.ToString("N");
}

/// <summary>Names one cluster for ever: drawn when its first leader brings it to life (rule R15).</summary>
public readonly record struct ClusterId(Guid Value)
{
    /// <summary>No cluster yet: the store was never initialised.</summary>
    public static ClusterId None => default;

    public override string ToString() => Value.ToString("N");
}
