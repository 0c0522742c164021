using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>Where the log gets its next segment from.</summary>
internal interface ISegmentSource : IDisposable
{
    /// <summary>Announces that segment <paramref name="number"/> will be wanted.</summary>
    void Prepare(long number);

    /// <summary>The segment, complete and durable; null while the disk has no room for it.</summary>
    IFile? Take(long number);
}

/// <summary>
/// Makes segments on the caller's thread. A segment is filled with zeroes, synced, and only then given its name, so every
/// file with the name of a segment has its full length, and writing to it later cannot run out of room.
/// </summary>
/// <remarks>
/// Measured on ext4 with batches of 512 bytes, a write and an fdatasync each, in two rounds: a growing file 2,400 and 1,800
/// a second, fallocate alone 3,700 and 4,400, zeroes 5,400 and 3,700 with the shortest tail. fallocate leaves blocks
/// marked as unwritten, so that each first write still changes the file's own records, and it does not count as a
/// reservation everywhere.
/// </remarks>
internal sealed class SegmentFactory(IFileSystem files, int segmentBytes, long? spare = null) : ISegmentSource
{
    /// <summary>The shortest segment: a head, a reserve and a few records.</summary>
    public const int SegmentBytesMin = 16 * 1024;

    /// <summary>Synced piece by piece, so that the log's own fdatasync never waits behind the whole file.</summary>
    private const int SliceBytes = 1024 * 1024;

    private static readonly byte[] Zeroes = new byte[SliceBytes];

    private long? _spare = spare;

    public void Prepare(long number)
    {
    }

    public IFile? Take(long number)
    {
        if (_spare == number)
        {
            _spare = null;
            return files.Open(FileNames.Segment(number));
        }

        Invariant.Holds(_spare is null);
        return Create(number);
    }

    public void Dispose()
    {
    }

    private IFile? Create(long number)
    {
        var name = FileNames.Segment(number);
        var temporary = FileNames.TemporaryFor(name);
        try
        {
            using (var file = files.Create(temporary))
            {
                for (var offset = 0; offset < segmentBytes; offset += SliceBytes)
                {
                    file.Write(offset, Zeroes.AsSpan(0, Math.Min(SliceBytes, segmentBytes - offset)));
                    file.Sync();
                }
            }

            files.Rename(temporary, name);
            files.SyncDirectory();
            return files.Open(name);
        }
        catch (StorageFailureException problem) when (problem.IsDiskFull)
        {
            // Whatever was made is only zeroes: without it there is more room for what matters.
            foreach (var leftover in files.List())
                if (leftover == temporary || leftover == name) files.Delete(leftover);
            return null;
        }
    }
}
