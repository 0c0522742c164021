using AkkaKv.SimulatedStorage;
using AkkaKv.Storage;

namespace AkkaKv.Simulation;

/// <summary>A disk that says "synced" and has synced nothing, as cheap ones do to look fast.</summary>
internal sealed class LyingDisk(SimulatedFileSystem disk) : IFileSystem
{
    public string Root => disk.Root;

    public IDisposable Lock(string name) => disk.Lock(name);

    public IReadOnlyList<string> List() => disk.List();

    public IFile Open(string name) => new LyingFile(disk.Open(name));

    public IFile Create(string name) => disk.Create(name);

    public void Rename(string name, string newName) => disk.Rename(name, newName);

    public void Delete(string name) => disk.Delete(name);

    public void SetAside(string name, string folder) => disk.SetAside(name, folder);

    public void SyncDirectory() => disk.SyncDirectory();

    /// <summary>Files that are being created are synced honestly, so that a store comes about at all.</summary>
    private sealed class LyingFile(IFile file) : IFile
    {
        public string Name => file.Name;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source) => file.Write(offset, source);

        public void Sync()
        {
        }

        public void Dispose() => file.Dispose();
    }
}
