using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaKv.Storage;

/// <summary>The data directory on a real disk, through system calls of Linux.</summary>
public sealed class OsFileSystem : IFileSystem
{
    private const int DeletedPieceBytes = 4 * 1024 * 1024;

    private readonly string _root;

    /// <summary>Uses <paramref name="directory"/>, which is created when it does not exist.</summary>
    /// <exception cref="StoreRefusedException">It cannot be created, is no directory, or may not be used by this user.</exception>
    public OsFileSystem(string directory)
    {
        _root = Path.GetFullPath(directory);
        try
        {
            Directory.CreateDirectory(_root);
            SyncPath(Path.GetDirectoryName(_root) ?? _root);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or StorageFailureException)
        {
            throw new StoreRefusedException($"the data directory {_root} cannot be used: {problem.Message}", problem);
        }
    }

    public string Root => _root;

    public IDisposable Lock(string name)
    {
        SafeFileHandle handle;
        try
        {
            handle = LibC.OpenHandle(PathOf(name), LibC.ReadWrite | LibC.CreateFile);
        }
        catch (StorageFailureException problem)
        {
            throw new StoreRefusedException($"the data directory {_root} cannot be used: {problem.Message}", problem);
        }

        while (LibC.Lock(handle, LibC.LockExclusive | LibC.LockNonBlocking) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == LibC.Interrupted) continue;
            handle.Dispose();
            if (error != LibC.WouldBlock) throw new StorageFailureException("flock", PathOf(name), error);
            throw new StoreRefusedException($"the data directory {_root} is in use by another process");
        }

        return handle;
    }

    public IReadOnlyList<string> List()
    {
        try
        {
            var names = Directory.EnumerateFiles(_root).Select(path => Path.GetFileName(path)).ToArray();
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefusedException($"the data directory {_root} cannot be read: {problem.Message}", problem);
        }
    }

    public IFile Open(string name) => OpenFile(name);

    public IFile Create(string name) =>
        new OsFile(PathOf(name), name, LibC.OpenHandle(PathOf(name), LibC.ReadWrite | LibC.CreateFile | LibC.Truncate));

    public void Rename(string name, string newName)
    {
        while (LibC.Rename(PathOf(name), PathOf(newName)) != 0) LibC.ThrowUnlessInterrupted("rename", PathOf(name));
    }

    public void Delete(string name)
    {
        while (LibC.Delete(PathOf(name)) != 0) LibC.ThrowUnlessInterrupted("unlink", PathOf(name));
    }

    /// <remarks>
    /// Measured on ext4 with three files that are written and synced like a log: while another of 64 MiB was deleted, their fdatasync took
    /// up to 23 ms instead of 5, as the file system gives up 16,384 pages and as many blocks at once. In pieces of 4 MiB it took 7.
    /// </remarks>
    public void DeleteDurably(string name, Action<TimeSpan>? rest)
    {
        using var file = rest is null ? null : OpenFile(name);
        Delete(name);
        SyncDirectory();
        if (file is null) return;

        // Without a name it is nobody's: whatever happens from here on, the kernel gives the rest back.
        var pace = new Pace(rest);
        for (var left = file.Length - DeletedPieceBytes; left > 0; left -= DeletedPieceBytes)
        {
            file.Shorten(left);
            file.Sync();
            pace.Rest();
        }
    }

    public void SetAside(string name, string folder)
    {
        var target = PathOf(folder);
        try
        {
            Directory.CreateDirectory(target);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StorageFailureException($"mkdir failed on {target}: {problem.Message}", problem);
        }

        Rename(name, Path.Combine(folder, name));
        SyncPath(target);
        SyncDirectory();
    }

    public void SyncDirectory() => SyncPath(_root);

    private static void SyncPath(string path)
    {
        using var handle = LibC.OpenHandle(path, LibC.ReadOnly);
        while (LibC.SyncAll(handle) != 0) LibC.ThrowUnlessInterrupted("fsync", path);
    }

    private OsFile OpenFile(string name) => new(PathOf(name), name, LibC.OpenHandle(PathOf(name), LibC.ReadWrite));

    private string PathOf(string name) => Path.Combine(_root, name);
}
