using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaKv.Gateway.Polling;

/// <summary>
/// A set of descriptors that one thread waits for. Each is known by a key of the caller's. Readiness is reported again
/// and again until it is used up, so nothing is lost by not looking at once.
/// </summary>
internal sealed unsafe class Epoll(int eventsMax) : IDisposable
{
    /// <summary>The kernel packs its event on x64, and aligns the key to its size on other processors.</summary>
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly SafeFileHandle _handle = LibC.CreatePoll();
    private readonly byte[] _events = GC.AllocateUninitializedArray<byte>(eventsMax * EventBytes, pinned: true);

    public void Add(int descriptor, ulong key, int interest) => Control(LibC.Add, descriptor, key, interest);

    public void Change(int descriptor, ulong key, int interest) => Control(LibC.Modify, descriptor, key, interest);

    public void Remove(int descriptor) => Control(LibC.Delete, descriptor, 0, 0);

    /// <summary>Waits for at most so many milliseconds; for ever when there are fewer than none.</summary>
    /// <returns>How many events there are to look at.</returns>
    public int Wait(int milliseconds) => LibC.Poll(_handle, Place(0), eventsMax, milliseconds);

    /// <summary>One of the events of the last wait.</summary>
    /// <param name="key">Whose it is.</param>
    /// <returns>What the descriptor is ready for.</returns>
    public int Event(int index, out ulong key)
    {
        var place = Place(index);
        key = Unsafe.ReadUnaligned<ulong>(place + EventBytes - sizeof(ulong));
        return *(int*)place;
    }

    public void Dispose() => _handle.Dispose();

    private byte* Place(int index) => (byte*)Unsafe.AsPointer(ref _events[index * EventBytes]); // It is pinned.

    private void Control(int operation, int descriptor, ulong key, int interest)
    {
        var description = stackalloc byte[16];
        *(int*)description = interest;
        Unsafe.WriteUnaligned(description + EventBytes - sizeof(ulong), key);
        LibC.Control(_handle, operation, descriptor, description);
    }
}
