namespace AkkaKv.Core;

/// <summary>Names one entry for ever: no two leaders share an epoch, and one leader never reuses an index.</summary>
public readonly record struct LogPosition(Epoch Epoch, LogIndex Index)
{
    /// <summary>The place before the first entry; every log agrees on it.</summary>
    public static LogPosition Start => default;

    /// <summary>
    /// The order in which a log is more up to date: a later epoch of its last entry wins, then a longer log. Comparing what
    /// the logs promised, or their lengths alone, loses committed entries (holes H4).
    /// </summary>
    public bool IsAtLeast(LogPosition other) =>
        other.Epoch < Epoch || (Epoch == other.Epoch && other.Index <= Index);

    public override string ToString() => $"{Epoch}/{Index}";
}
