namespace AkkaKv.Core.State;

/// <summary>
/// For each key the highest index in the log that touches it, committed or not (rule R7). Kept for classes of keys, by hash: two
/// keys of one class wait for each other's commit, which is never wrong, and rare, because only what is in flight counts: with 250
/// uncommitted keys one read in five hundred waits for a stranger. Marks need no cleaning: those at or below the
/// applied index mean nothing. One writer; readers on any thread.
/// </summary>
internal sealed class PendingMarks
{
    private const int PageBits = 10;
    private const int PageCount = 128;

    /// <summary>131,072 classes in pages that come with their first mark: a store at rest, or in a test, pays for none.</summary>
    private readonly long[]?[] _pages = new long[PageCount][];
    private long _all;

    /// <summary>The highest index that touches a key with this hash, or everything.</summary>
    public LogIndex Of(ulong hash)
    {
        var page = Volatile.Read(ref _pages[PageOf(hash)]);
        var mark = page is null ? 0 : Volatile.Read(ref page[PlaceOf(hash)]);
        return new LogIndex(Math.Max(mark, Volatile.Read(ref _all)));
    }

    /// <summary>Notes that an entry touches a key. Indexes never go down between truncations.</summary>
    public void Mark(ulong hash, LogIndex index)
    {
        if (_pages[PageOf(hash)] is not { } page)
        {
            page = new long[1 << PageBits];
            Volatile.Write(ref _pages[PageOf(hash)], page);
        }

        Volatile.Write(ref page[PlaceOf(hash)], index.Value);
    }

    /// <summary>Notes that an entry touches every key.</summary>
    public void MarkAll(LogIndex index) => Volatile.Write(ref _all, index.Value);

    /// <summary>
    /// Forgets the entries after <paramref name="last"/>. What they hid is not known any more, but is no later than what is left:
    /// that is what their marks become, which makes some reads wait and none too early.
    /// </summary>
    public void TruncateAfter(LogIndex last)
    {
        foreach (var page in _pages)
        {
            for (var i = 0; i < page?.Length; i++)
            {
                if (page[i] > last.Value) Volatile.Write(ref page[i], last.Value);
            }
        }

        if (_all > last.Value) Volatile.Write(ref _all, last.Value);
    }

    private static int PageOf(ulong hash) => (int)(hash >> (24 + PageBits)) & (PageCount - 1);

    private static int PlaceOf(ulong hash) => (int)(hash >> 24) & ((1 << PageBits) - 1);
}
