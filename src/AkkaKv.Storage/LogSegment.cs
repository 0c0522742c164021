using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>One file of the log that is in use.</summary>
/// <param name="Number">Its number.</param>
/// <param name="File">Open until the segment is dropped.</param>
/// <param name="Length">Bytes of the file; it never changes.</param>
/// <param name="LastBefore">Index of the last entry when the segment began. Entries after it are here or later.</param>
/// <param name="Seed">Where its checksums start.</param>
internal sealed record LogSegment(long Number, IFile File, long Length, LogIndex LastBefore, uint Seed)
{
    /// <summary>The first entry that it may hold.</summary>
    public LogIndex First => LastBefore.Next;

    /// <summary>Where it ended when the one after it was begun.</summary>
    public LogTail Tail { get; init; }
}

/// <summary>Where a log goes on.</summary>
/// <param name="Offset">The next batch begins here.</param>
/// <param name="Sequence">The number of the next batch.</param>
/// <param name="Chain">Checksum in the header of the last batch.</param>
internal readonly record struct LogTail(long Offset, long Sequence, uint Chain);
