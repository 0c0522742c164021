using System.Globalization;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>The names in a data directory. Numbers are padded so that a listing shows them in their order.</summary>
internal static class FileNames
{
    public const string Identity = "identity";
    public const string Lock = "lock";
    public const string Distrusted = "distrusted";

    /// <summary>
    /// The segment that was made ahead, all zeroes. It keeps this name until its head is durable and says which entry comes first.
    /// </summary>
    public const string NextSegment = "log-next.wal";

    private const string Temporary = ".tmp";
    private const string LogPrefix = "log-";
    private const string LogSuffix = ".wal";
    private const string SnapshotPrefix = "snapshot-";
    private const string SnapshotSuffix = ".kv";

    /// <summary>A segment is named after the first entry that it may hold. Those in use at one time have different ones.</summary>
    public static string Segment(LogIndex first) => $"{LogPrefix}{Padded(first.Value)}{LogSuffix}";

    public static string Snapshot(long index) => $"{SnapshotPrefix}{Padded(index)}{SnapshotSuffix}";

    /// <summary>The name a file has until it is complete; whatever has such a name at a start is a leftover.</summary>
    public static string TemporaryFor(string name) => name + Temporary;

    public static bool IsTemporary(string name) => name.EndsWith(Temporary, StringComparison.Ordinal);

    public static bool IsSegment(string name, out LogIndex first)
    {
        var isSegment = TryParse(name, LogPrefix, LogSuffix, out var index);
        first = new LogIndex(index);
        return isSegment;
    }

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
