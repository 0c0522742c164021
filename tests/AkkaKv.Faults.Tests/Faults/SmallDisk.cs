namespace AkkaKv.Faults.Tests.Faults;

/// <summary>A disk without room; disposing gives the room back.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _file;

    private SmallDisk(string file) => _file = file;

    /// <summary>Fills the disk that a directory is on. It must be a small one.</summary>
    public static SmallDisk Fill(string directory)
    {
        var disk = new SmallDisk(Path.Combine(directory, "filler"));
        disk.FillUp();
        return disk;
    }

    /// <summary>Takes what has become free since.</summary>
    public void FillUp()
    {
        var block = new byte[256 * 1024];
        try
        {
            using var stream = new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
                stream.Write(block);
        }
        catch (IOException)
        {
            // This was the aim.
        }
    }

    public void Dispose() => File.Delete(_file);
}
