namespace AkkaKv.Core.Replication;

/// <summary>Majority arithmetic. Two majorities of the same servers always share one: everything rests on that.</summary>
public static class Quorum
{
    /// <summary>The smallest majority of so many servers.</summary>
    public static int Size(int servers) => (servers / 2) + 1;

    /// <summary>The highest index that a majority has.</summary>
    public static LogIndex Committed(ReadOnlySpan<LogIndex> matched)
    {
        Span<LogIndex> ascending = stackalloc LogIndex[matched.Length];
        matched.CopyTo(ascending);
        ascending.Sort();

        // Everyone from this slot upward has the index, and from here up there are exactly Size of them.
        return ascending[matched.Length - Size(matched.Length)];
    }

    /// <summary>The highest sequence that a majority has acknowledged.</summary>
    public static ulong Acknowledged(ReadOnlySpan<ulong> acknowledged)
    {
        Span<ulong> ascending = stackalloc ulong[acknowledged.Length];
        acknowledged.CopyTo(ascending);
        ascending.Sort();
        return ascending[acknowledged.Length - Size(acknowledged.Length)];
    }
}
