namespace AkkaKv.Core;

/// <summary>
/// A moment on this machine's CLOCK_BOOTTIME, in nanoseconds. Only the distance between two moments of one machine means
/// anything; moments never travel between machines.
/// </summary>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <summary>Later than every moment: for timers that are not set.</summary>
    public static Instant Never => new(long.MaxValue);

    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public static Instant Max(Instant left, Instant right) => left < right ? right : left;

    public static Instant Min(Instant left, Instant right) => left < right ? left : right;

    public static Instant operator +(Instant instant, TimeSpan distance) => new(instant.Nanoseconds + (distance.Ticks * 100));

    public static Instant operator -(Instant instant, TimeSpan distance) => new(instant.Nanoseconds - (distance.Ticks * 100));

    /// <summary>The time between two moments, cut to the 100 ns of a TimeSpan.</summary>
    public static TimeSpan operator -(Instant left, Instant right) => new((left.Nanoseconds - right.Nanoseconds) / 100);

    public static bool operator <(Instant left, Instant right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Instant left, Instant right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Instant left, Instant right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Instant left, Instant right) => left.Nanoseconds >= right.Nanoseconds;
}
