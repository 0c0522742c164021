namespace AkkaKv.Core;

/// <summary>Place of an entry in the log: dense, from 1. <see cref="Zero"/> is the place before the first entry.</summary>
public readonly record struct LogIndex(long Value) : IComparable<LogIndex>
{
    public static LogIndex Zero => default;

    /// <summary>After every entry: a bound that is never reached.</summary>
    public static LogIndex End => new(long.MaxValue);

    public LogIndex Next => new(Value + 1);

    public LogIndex Previous => new(Value - 1);

    public int CompareTo(LogIndex other) => Value.CompareTo(other.Value);

    public static LogIndex Max(LogIndex left, LogIndex right) => left.Value < right.Value ? right : left;

    public static LogIndex Min(LogIndex left, LogIndex right) => left.Value < right.Value ? left : right;

    public static LogIndex operator +(LogIndex index, long distance) => new(index.Value + distance);

    /// <summary>How many entries lie between two places.</summary>
    public static long operator -(LogIndex left, LogIndex right) => left.Value - right.Value;

    public static bool operator <(LogIndex left, LogIndex right) => left.Value < right.Value;

    public static bool operator >(LogIndex left, LogIndex right) => left.Value > right.Value;

    public static bool operator <=(LogIndex left, LogIndex right) => left.Value <= right.Value;

    public static bool operator >=(LogIndex left, LogIndex right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
