#nullable enable
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Akka.Util;

/// <summary>
/// Lets one thread sleep until another sets the signal; set before the wait, it is not lost. On Linux it is an eventfd: the runtime's
/// events hold a mutex while they wake a thread, and on a busy machine that thread runs at once, meets the mutex and goes to sleep again,
/// so that one wake-up costs three changes of threads.
/// </summary>
internal abstract partial class ThreadSignal : IDisposable
{
    public static ThreadSignal Create() => OperatingSystem.IsLinux() ? new EventFd() : new RuntimeEvent();

    public abstract void Set();

    /// <summary>Sleeps until the signal is set, and takes it back. By one thread at a time.</summary>
    public abstract void Wait();

    public abstract void Dispose();

    private sealed class RuntimeEvent : ThreadSignal
    {
        private readonly AutoResetEvent _event = new(false);

        public override void Set() => _event.Set();

        public override void Wait() => _event.WaitOne();

        public override void Dispose() => _event.Dispose();
    }

    private sealed unsafe partial class EventFd : ThreadSignal
    {
        private const int CloseOnExec = 0x80000;
        private const int Interrupted = 4;

        private readonly SafeFileHandle _descriptor;

        public EventFd()
        {
            var descriptor = Create(0, CloseOnExec);
            if (descriptor < 0)
                throw new InvalidOperationException($"No eventfd could be made: error {Marshal.GetLastPInvokeError()}.");
            _descriptor = new SafeFileHandle(descriptor, ownsHandle: true);
        }

        public override void Set()
        {
            var one = 1UL;
            Check(Write(_descriptor, &one, sizeof(ulong)));
        }

        public override void Wait()
        {
            ulong count;
            while (!Check(Read(_descriptor, &count, sizeof(ulong))))
            {
            }
        }

        public override void Dispose() => _descriptor.Dispose();

        private static bool Check(nint result) =>
            result >= 0 || (Marshal.GetLastPInvokeError() is var error && error == Interrupted
                ? false
                : throw new InvalidOperationException($"A thread cannot be signalled: error {error}."));

        [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
        private static partial int Create(uint initial, int flags);

        [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
        private static partial nint Read(SafeFileHandle descriptor, void* buffer, nint count);

        [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
        private static partial nint Write(SafeFileHandle descriptor, void* buffer, nint count);
    }
}
