using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaKv.Storage;

/// <summary>
/// Wakes the thread that writes the log; set before that waits, it is not lost. It is an eventfd, because the runtime's monitors and
/// events hold a mutex while they wake a thread: on a busy machine that thread runs at once, meets the mutex and goes to sleep again,
/// and one wake-up costs three changes of threads.
/// </summary>
internal sealed unsafe class WriterSignal : IDisposable
{
    private readonly SafeFileHandle _event = Create();

    /// <summary>Wakes the waiting thread, or lets its next wait return at once.</summary>
    public void Set()
    {
        var one = 1UL;
        Check(LibC.WriteEvent(_event, &one, sizeof(ulong)));
    }

    /// <summary>Waits until the signal is set, and takes it back; false when that took too long.</summary>
    /// <param name="patience">How long, in whole milliseconds; null for any time.</param>
    public bool Wait(TimeSpan? patience)
    {
        var poll = new LibC.PollEntry { Descriptor = (int)_event.DangerousGetHandle(), Events = LibC.PollIn };
        if (Check(LibC.Poll(&poll, 1, patience is { } time ? (int)time.TotalMilliseconds : -1)) == 0) return false;

        ulong count;
        Check(LibC.ReadEvent(_event, &count, sizeof(ulong)));
        return true;
    }

    public void Dispose() => _event.Dispose();

    private static SafeFileHandle Create()
    {
        var descriptor = LibC.EventFd(0, LibC.CloseOnExec | LibC.NonBlocking);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure();
    }

    /// <summary>An interrupted call counts as a wake-up for nothing, after which the thread looks and waits again.</summary>
    private static nint Check(nint result)
    {
        if (result >= 0) return result;
        if (Marshal.GetLastPInvokeError() is LibC.Interrupted or LibC.WouldBlock) return 1;
        throw Failure();
    }

    private static StorageFailureException Failure() => new("signal", "the log's writer", Marshal.GetLastPInvokeError());
}
