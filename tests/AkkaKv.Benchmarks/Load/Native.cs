using System.Runtime.InteropServices;

namespace AkkaKv.Benchmarks.Load;

/// <summary>
/// The calls of Linux below .NET's sockets. One thread that waits for all its connections and reads them by itself costs a third of
/// what asynchronous sockets cost, and what the load generator costs is missing in the servers beside it.
/// </summary>
internal static unsafe partial class Native
{
    public const int In = 1;
    public const int Out = 4;

    public const int Again = 11;
    public const int Interrupted = 4;

    // A client that is gone is an error of the call, not a signal that ends the process.
    private const int NoSignal = 0x4000;

    private const int Add = 1;
    private const int Modify = 3;

    /// <summary>The kernel packs its event on x64 and aligns it everywhere else.</summary>
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    public static int Receive(int socket, byte[] buffer, int offset)
    {
        fixed (byte* start = &buffer[offset])
            return (int)Receive(socket, start, buffer.Length - offset, 0);
    }

    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            return (int)Send(socket, start, bytes.Length, NoSignal);
    }

    /// <summary>A set of sockets to wait for. Each is known by a number of the caller's.</summary>
    public sealed class Poll(int eventsMax) : IDisposable
    {
        private readonly int _handle = Create(0);
        private readonly byte[] _events = new byte[eventsMax * EventBytes];

        public void Watch(int socket, int number) => Control(Add, socket, number, In);

        /// <summary>Says whether room to send is waited for, too.</summary>
        public void Change(int socket, int number, bool forOutput) => Control(Modify, socket, number, forOutput ? In | Out : In);

        /// <summary>Waits for at most so many milliseconds.</summary>
        /// <returns>How many sockets have something to say.</returns>
        public int Wait(int milliseconds)
        {
            fixed (byte* events = _events)
                return Math.Max(0, Epoll.Wait(_handle, events, eventsMax, milliseconds));
        }

        /// <summary>The number of the socket of an event, and what it is ready for. Errors count as input: reading tells which.</summary>
        public (int Number, int Ready) Event(int index)
        {
            var at = _events.AsSpan(index * EventBytes);
            return (MemoryMarshal.Read<int>(at[(EventBytes - 8)..]), MemoryMarshal.Read<int>(at));
        }

        public void Dispose() => _ = Close(_handle);

        private void Control(int operation, int socket, int number, int events)
        {
            var description = stackalloc byte[16];
            *(int*)description = events;
            *(long*)(description + EventBytes - 8) = number;
            if (Epoll.Control(_handle, operation, socket, description) != 0)
                throw new IOException($"epoll_ctl failed with error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);

    private static partial class Epoll
    {
        [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
        public static partial int Control(int handle, int operation, int socket, byte* description);

        [LibraryImport("libc", EntryPoint = "epoll_wait")]
        public static partial int Wait(int handle, byte* events, int eventsMax, int milliseconds);
    }
}
