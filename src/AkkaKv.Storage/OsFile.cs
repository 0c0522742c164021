using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaKv.Storage;

/// <summary>A file on a real disk. The handle counts its users, so closing it beside a read ends no other file's read.</summary>
internal sealed class OsFile(string path, string name, SafeFileHandle handle) : IFile
{
    public string Name => name;

    public long Length => RandomAccess.GetLength(handle);

    public unsafe int Read(long offset, Span<byte> destination)
    {
        var total = 0;
        fixed (byte* buffer = destination)
        {
            while (total < destination.Length)
            {
                var count = LibC.Read(handle, buffer + total, destination.Length - total, offset + total);
                if (count == 0)
                {
                    // Closed beside this read, a file may be given back to the disk from its end: that is no end of what it held.
                    ObjectDisposedException.ThrowIf(handle.IsClosed, this);
                    break;
                }

                if (count > 0) total += (int)count;
                else LibC.ThrowUnlessInterrupted("pread", path);
            }
        }

        return total;
    }

    public unsafe void Write(long offset, ReadOnlySpan<byte> source)
    {
        var total = 0;
        fixed (byte* buffer = source)
        {
            while (total < source.Length)
            {
                var count = LibC.Write(handle, buffer + total, source.Length - total, offset + total);
                if (count >= 0) total += (int)count;
                else LibC.ThrowUnlessInterrupted("pwrite", path);
            }
        }
    }

    /// <summary>Gives the bytes from <paramref name="length"/> on back to the disk.</summary>
    public void Shorten(long length)
    {
        while (LibC.SetLength(handle, length) != 0) LibC.ThrowUnlessInterrupted("ftruncate", path);
    }

    public void Sync()
    {
        // Not repeated when interrupted: a second fsync after a failed first one reports success for pages it gave up on.
        if (LibC.SyncData(handle) != 0) throw new StorageFailureException("fdatasync", path, Marshal.GetLastPInvokeError());
    }

    public void Dispose() => handle.Dispose();
}
