namespace AkkaKv.Storage;

/// <summary>A byte of the log: the number of its segment, and the offset in that file.</summary>
internal readonly record struct LogPlace(long Segment, long Offset)
{
    public static bool operator <(LogPlace left, LogPlace right) =>
        left.Segment < right.Segment || (left.Segment == right.Segment && left.Offset < right.Offset);

    public static bool operator >(LogPlace left, LogPlace right) => right < left;
}
