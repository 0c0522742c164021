using AkkaKv.Storage;

namespace AkkaKv.SimulatedStorage;

/// <summary>The calls of <see cref="IFileSystem"/> and <see cref="IFile"/> that touch the disk.</summary>
public enum FileCall
{
    Lock,
    List,
    Open,
    Create,
    Read,
    Write,
    Sync,
    Rename,
    Delete,
    SetAside,
    SyncDirectory,
}

/// <summary>One call, numbered from 1 over the life of the disk.</summary>
public readonly record struct FileOperation(long Number, FileCall Call, string Name);

/// <summary>What happens to a call.</summary>
public enum FaultKind
{
    None,

    /// <summary>It fails with an errno and does nothing. A failed sync drops what it was to write, as Linux does.</summary>
    Error,

    /// <summary>A write gets half way, then fails with an errno.</summary>
    ShortWrite,

    /// <summary>The machine or process dies before the call, or right after it.</summary>
    CrashBefore,
    CrashAfter,

    /// <summary>The machine or process dies when half of a write is done; before any other call.</summary>
    CrashAmid,
}

public readonly record struct FileFault(FaultKind Kind, int ErrorNumber = 0);

/// <summary>What a loss of power leaves of bytes and names that were not synced.</summary>
public enum PowerLoss
{
    LosesAll,
    KeepsAll,

    /// <summary>Each sector of 512 bytes and each change of a name is kept or lost by the toss of a coin.</summary>
    KeepsSome,
}

/// <summary>Thrown out of a call in which the simulated process died, and out of all calls until it is started again.</summary>
public sealed class SimulatedCrashException : Exception
{
    public SimulatedCrashException()
        : base("the simulated process died")
    {
    }

    public SimulatedCrashException(string message)
        : base(message)
    {
    }

    public SimulatedCrashException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// A disk in memory that forgets what was not synced, fills up, fails calls, tears writes and rots, all from a seed. The same
/// object survives crashes: <see cref="Kill"/> or <see cref="LosePower"/>, then open the store on it again.
/// </summary>
public sealed class SimulatedFileSystem(ulong seed = 1) : IFileSystem
{
    public const int NoEntry = 2;
    public const int IoError = 5;
    public const int NoSpace = 28;

    private readonly Lock _lock = new();
    private SortedDictionary<string, SimulatedFile> _names = new(StringComparer.Ordinal);
    private SortedDictionary<string, SimulatedFile> _durableNames = new(StringComparer.Ordinal);
    private readonly List<Action<SortedDictionary<string, SimulatedFile>>> _nameChanges = [];
    private ulong _random = seed;
    private bool _isLocked;
    private bool _isDead;
    private int _life;

    public string Root => "/simulated";

    /// <summary>Asked before each call; null means that nothing fails.</summary>
    public Func<FileOperation, FileFault>? Inject { get; set; }

    /// <summary>Calls so far.</summary>
    public long Operations { get; private set; }

    /// <summary>Bytes that all files together may have.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>The process dies; what it wrote stays in the page cache.</summary>
    public void Kill()
    {
        lock (_lock) Restart();
    }

    /// <summary>The machine loses power.</summary>
    public void LosePower(PowerLoss loss)
    {
        lock (_lock)
        {
            foreach (var change in _nameChanges)
                if (Keeps(loss)) change(_durableNames);
            _nameChanges.Clear();
            _names = new(_durableNames, StringComparer.Ordinal);
            foreach (var file in _names.Values) file.LosePower(() => Keeps(loss));
            Restart();
        }
    }

    /// <summary>Another disk with the same content, all of it durable.</summary>
    public SimulatedFileSystem Copy()
    {
        lock (_lock)
        {
            var copy = new SimulatedFileSystem(_random);
            foreach (var (name, file) in _names) copy.Put(name, file.Content.ToArray());
            return copy;
        }
    }

    /// <summary>The bytes of a file, as a process reads them.</summary>
    public byte[] Content(string name)
    {
        lock (_lock) return _names[name].Content.ToArray();
    }

    /// <summary>Makes a file hold these bytes, durably: rot, a cut, a restored backup.</summary>
    public void Put(string name, byte[] content)
    {
        lock (_lock)
        {
            var file = new SimulatedFile();
            file.Set(content);
            _names[name] = file;
            _durableNames[name] = file;
        }
    }

    public void FlipBit(string name, long bit)
    {
        var content = Content(name);
        content[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        Put(name, content);
    }

    /// <summary>All names, those in folders with their folder.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock) return [.. _names.Keys];
        }
    }

    public IDisposable Lock(string name) => Do(FileCall.Lock, name, () =>
    {
        if (_isLocked) throw new StoreRefusedException("the simulated directory is in use by another process");
        _isLocked = true;
        return new Held(this, _life);
    });

    public IReadOnlyList<string> List() =>
        Do<IReadOnlyList<string>>(FileCall.List, "", () => [.. _names.Keys.Where(name => !name.Contains('/', StringComparison.Ordinal))]);

    public IFile Open(string name) => Do<IFile>(FileCall.Open, name, () => new Handle(this, name, Find("open", name), _life));

    public IFile Create(string name) => Do<IFile>(FileCall.Create, name, () =>
    {
        var file = new SimulatedFile();
        Change(names => names[name] = file);
        return new Handle(this, name, file, _life);
    });

    public void Rename(string name, string newName) => Do(FileCall.Rename, name, () =>
    {
        Find("rename", name);
        return Change(names =>
        {
            if (names.Remove(name, out var file)) names[newName] = file;
        });
    });

    public void Delete(string name) => Do(FileCall.Delete, name, () =>
    {
        Find("unlink", name);
        return Change(names => names.Remove(name));
    });

    public void SetAside(string name, string folder) => Do(FileCall.SetAside, name, () =>
    {
        Find("rename", name);
        Change(names =>
        {
            if (names.Remove(name, out var file)) names[$"{folder}/{name}"] = file;
        });
        return SyncNames();
    });

    public void SyncDirectory() => Do(FileCall.SyncDirectory, "", SyncNames);

    private bool SyncNames()
    {
        _durableNames = new(_names, StringComparer.Ordinal);
        _nameChanges.Clear();
        return true;
    }

    private bool Change(Action<SortedDictionary<string, SimulatedFile>> change)
    {
        change(_names);
        _nameChanges.Add(change);
        return true;
    }

    private SimulatedFile Find(string operation, string name) =>
        _names.TryGetValue(name, out var file) ? file : throw new StorageFailureException(operation, $"{Root}/{name}", NoEntry);

    private T Do<T>(FileCall call, string name, Func<T> act, Action? fail = null)
    {
        lock (_lock)
        {
            if (_isDead) throw new SimulatedCrashException();
            var fault = Inject?.Invoke(new FileOperation(++Operations, call, name)) ?? default;
            switch (fault.Kind)
            {
                case FaultKind.Error:
                case FaultKind.ShortWrite when call != FileCall.Write:
                    if (call == FileCall.Sync) fail?.Invoke();
                    throw new StorageFailureException(NameOf(call), $"{Root}/{name}", fault.ErrorNumber);
                case FaultKind.ShortWrite:
                    fail!();
                    throw new StorageFailureException(NameOf(call), $"{Root}/{name}", fault.ErrorNumber);
                case FaultKind.CrashBefore:
                case FaultKind.CrashAmid:
                    if (fault.Kind == FaultKind.CrashAmid && call == FileCall.Write) fail!();
                    _isDead = true;
                    throw new SimulatedCrashException();
                case FaultKind.CrashAfter:
                    act();
                    _isDead = true;
                    throw new SimulatedCrashException();
                default:
                    return act();
            }
        }
    }

    private static string NameOf(FileCall call) => call switch
    {
        FileCall.Read => "pread",
        FileCall.Write => "pwrite",
        FileCall.Sync => "fdatasync",
        FileCall.SyncDirectory => "fsync",
        _ => call.ToString(),
    };

    private bool Keeps(PowerLoss loss) => loss switch
    {
        PowerLoss.LosesAll => false,
        PowerLoss.KeepsAll => true,
        _ => (NextRandom() & 1) == 0,
    };

    private ulong NextRandom()
    {
        // SplitMix64: its own, because the sequence of a seed must not change with the version of .NET.
        _random += 0x9E3779B97F4A7C15;
        var mixed = (_random ^ (_random >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    private void Restart()
    {
        _isDead = false;
        _isLocked = false;
        _life++;
    }

    private void CheckRoom(SimulatedFile file, long length)
    {
        var others = _names.Values.Distinct().Where(other => other != file).Sum(other => (long)other.Content.Length);
        if (length > file.Content.Length && others + length > CapacityBytes)
            throw new StorageFailureException("pwrite", Root, NoSpace);
    }

    private sealed class Held(SimulatedFileSystem disk, int life) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._lock)
                if (disk._life == life) disk._isLocked = false;
        }
    }

    private sealed class Handle(SimulatedFileSystem disk, string name, SimulatedFile file, int life) : IFile
    {
        private bool _isClosed;

        public string Name => name;

        public long Length
        {
            get
            {
                lock (disk._lock) return file.Content.Length;
            }
        }

        public int Read(long offset, Span<byte> destination)
        {
            // A span cannot enter a lambda: the copy is made inside, the rest outside.
            var count = destination.Length;
            var bytes = disk.Do(FileCall.Read, name, () => Checked().Content.Slice(offset, count).ToArray());
            bytes.CopyTo(destination);
            return bytes.Length;
        }

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            var bytes = source.ToArray();
            disk.Do(
                FileCall.Write,
                name,
                () =>
                {
                    disk.CheckRoom(Checked(), offset + bytes.Length);
                    return file.Write(offset, bytes);
                },
                () => file.Write(offset, bytes.AsSpan(0, bytes.Length / 2)));
        }

        public void Sync() => disk.Do(FileCall.Sync, name, () => Checked().Sync(), file.FailSync);

        public void Dispose() => _isClosed = true;

        private SimulatedFile Checked()
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return disk._life == life ? file : throw new SimulatedCrashException();
        }
    }
}
