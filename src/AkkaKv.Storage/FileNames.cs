using System.Globalization;

namespace AkkaKv.Storage;

/// <summary>The names in a data directory. Numbers are padded so that a listing shows them in their order.</summary>
internal static class FileNames
{
    public const string Identity = "identity";
    public const string Lock = "lock";
    private const string Temporary = ".tmp";
    private const string LogPrefix = "log-";
    private const string LogSuffix = ".wal";
    private const string SnapshotPrefix = "snapshot-";
    private const string SnapshotSuffix = ".kv";

    /// <summary>Segments are numbered from 1; a number is never used twice in one store.</summary>
    public static string Segment(long number) => $"{LogPrefix}{Padded(number)}{LogSuffix}";

    public static string Snapshot(long index) => $"{SnapshotPrefix}{Padded(index)}{SnapshotSuffix}";

    /// <summary>The name a file has until it is complete; whatever has such a name at a start is a leftover.</summary>
    public static string TemporaryFor(string name) => name + Temporary;

    public static bool IsTemporary(string name) => name.EndsWith(Temporary, StringComparison.Ordinal);

    public static bool IsSegment(string name, out long number) => TryParse(name, LogPrefix, LogSuffix, out number);

    public static bool IsSnapshot(string name, out long index) => TryParse(name, SnapshotPrefix, SnapshotSuffix, out index);

    private static string Padded(long number) => number.ToString("D16", CultureInfo.InvariantCulture);

    private static bool TryParse(string name, string prefix, string suffix, out long number)
    {
        number = 0;
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && name.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(
                name.AsSpan(prefix.Length, name.Length - prefix.Length - suffix.Length),
                NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
