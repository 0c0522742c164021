using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaKv.Storage;

/// <summary>
/// The system calls that decide about durability. .NET's own flush swallows the error of fsync on Linux, and its file API
/// cannot open a directory to sync it, so the calls are made here and every result is looked at.
/// </summary>
internal static partial class LibC
{
    public const int Interrupted = 4;
    public const int NoEntry = 2;
    public const int WouldBlock = 11;

    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int CreateFile = 0x40;
    public const int Truncate = 0x200;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const short PollIn = 1;

    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static unsafe partial nint Read(SafeFileHandle file, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static unsafe partial nint Write(SafeFileHandle file, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetLength(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int SyncAll(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string path, string newPath);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Delete(string path);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint ReadEvent(SafeFileHandle descriptor, void* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint WriteEvent(SafeFileHandle descriptor, void* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static unsafe partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    /// <summary>Opens a path; interrupted calls are repeated.</summary>
    public static SafeFileHandle OpenHandle(string path, int flags)
    {
        const int ownerReadsAndWrites = 0x180; // 0600
        while (true)
        {
            var descriptor = Open(path, flags | CloseOnExec, ownerReadsAndWrites);
            if (descriptor >= 0) return new SafeFileHandle(descriptor, ownsHandle: true);

            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw new StorageFailureException("open", path, error);
        }
    }

    /// <summary>Throws for the error of the last call, unless it was only interrupted.</summary>
    public static void ThrowUnlessInterrupted(string operation, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Interrupted) throw new StorageFailureException(operation, path, error);
    }

    /// <summary>What <see cref="Poll"/> waits for.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
