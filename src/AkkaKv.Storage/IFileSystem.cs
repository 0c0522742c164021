namespace AkkaKv.Storage;

/// <summary>
/// The only door to the disk: one server's data directory. Names are plain file names inside it. Everything is synchronous
/// and as durable as the disk says: content counts after <see cref="IFile.Sync"/>, names after <see cref="SyncDirectory"/>.
/// Every failure is a <see cref="StorageFailureException"/>; nothing is retried but interrupted calls.
/// </summary>
public interface IFileSystem
{
    /// <summary>Where the directory is, for messages to operators.</summary>
    string Root { get; }

    /// <summary>Takes the directory for this process until the result is disposed; creates the lock file when needed.</summary>
    /// <exception cref="StoreRefusedException">Another process holds it, or it cannot be used.</exception>
    IDisposable Lock(string name);

    /// <summary>Names of the files directly in the directory, in ordinal order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens an existing file to read and write.</summary>
    IFile Open(string name);

    /// <summary>Creates an empty file; one of that name is emptied first.</summary>
    IFile Create(string name);

    /// <summary>Gives a file another name, replacing a file that has it, in one step.</summary>
    void Rename(string name, string newName);

    void Delete(string name);

    /// <summary>
    /// Deletes a file that nobody reads any more, durably before anything else happens to it. A large one may then be given back to the
    /// disk in pieces, with a rest after each.
    /// </summary>
    /// <param name="name">The file.</param>
    /// <param name="rest">Waits so long, or shorter when there is no time; null for no rests.</param>
    void DeleteDurably(string name, Action<TimeSpan>? rest)
    {
        Delete(name);
        SyncDirectory();
    }

    /// <summary>Moves a file into a folder of the directory, which is created when needed; both are synced.</summary>
    void SetAside(string name, string folder);

    /// <summary>Makes created, renamed and deleted names durable.</summary>
    void SyncDirectory();
}

/// <summary>An open file. Reads may run beside each other and beside writes; writes come from one thread at a time.</summary>
public interface IFile : IDisposable
{
    string Name { get; }

    /// <summary>Bytes that the file holds now.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/>.</summary>
    /// <returns>Bytes read: fewer than asked for only at the end of the file.</returns>
    int Read(long offset, Span<byte> destination);

    /// <summary>Writes all of <paramref name="source"/> at <paramref name="offset"/>, or throws; part of it may then be there.</summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Returns when everything written before is on disk. After a failure nothing can be said about what is.</summary>
    void Sync();
}
