using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaKv.Gateway.Polling;

/// <summary>
/// The calls of Linux below .NET's sockets. Theirs wait in another thread than the one that goes on, and to be handed over costs
/// more than a GET. None of these waits, except for <see cref="Poll"/>; a call that a signal interrupted is repeated.
/// </summary>
internal static unsafe partial class LibC
{
    public const int In = 0x1;
    public const int Out = 0x4;
    public const int Error = 0x8;
    public const int HangUp = 0x10;
    public const int Edge = 1 << 31;

    public const int Add = 1;
    public const int Delete = 2;
    public const int Modify = 3;

    /// <summary>Instead of a number of bytes: nothing can be done now.</summary>
    public const int WouldBlock = -1;

    /// <summary>Instead of a number of bytes: the connection is broken.</summary>
    public const int Broken = -2;

    private const int Interrupted = 4;
    private const int Again = 11;

    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000; // A client that is gone is an error of the call, not a signal that ends the process.
    private const int ShutdownSend = 1;
    private const int CloseOnExec = 0x80000;

    /// <summary>Takes what has arrived.</summary>
    /// <returns>How many bytes; 0 at the end of the stream.</returns>
    public static int Receive(int socket, Span<byte> room)
    {
        fixed (byte* start = room)
        {
            while (true)
            {
                var received = Receive(socket, start, room.Length, DoNotWait);
                if (received >= 0)
                    return (int)received;
                if (Marshal.GetLastPInvokeError() is not Interrupted and var error)
                    return error == Again ? WouldBlock : Broken;
            }
        }
    }

    /// <summary>Sends as much as there is room for.</summary>
    /// <returns>How many bytes.</returns>
    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            while (true)
            {
                var sent = Send(socket, start, bytes.Length, DoNotWait | NoSignal);
                if (sent >= 0)
                    return (int)sent;
                if (Marshal.GetLastPInvokeError() is not Interrupted and var error)
                    return error == Again ? WouldBlock : Broken;
            }
        }
    }

    /// <summary>Tells the peer that nothing more is sent. A peer that is gone need not be told.</summary>
    public static void EndSending(int socket) => _ = Shutdown(socket, ShutdownSend);

    public static SafeFileHandle CreatePoll() => Owned(CreatePoll(CloseOnExec), "epoll_create1");

    public static SafeFileHandle CreateEvent() => Owned(CreateEvent(0, CloseOnExec), "eventfd");

    public static void Control(SafeFileHandle poll, int operation, int descriptor, byte* description)
    {
        if (ControlPoll(poll, operation, descriptor, description) != 0)
            throw Failure("epoll_ctl");
    }

    /// <summary>Waits for events, for ever when <paramref name="milliseconds"/> is negative.</summary>
    /// <returns>How many; 0 also when a signal came.</returns>
    public static int Poll(SafeFileHandle poll, byte* events, int eventsMax, int milliseconds)
    {
        var count = WaitForPoll(poll, events, eventsMax, milliseconds);
        if (count >= 0)
            return count;
        return Marshal.GetLastPInvokeError() == Interrupted ? 0 : throw Failure("epoll_wait");
    }

    /// <summary>Makes an event descriptor ready.</summary>
    public static void Raise(SafeFileHandle descriptor)
    {
        var one = 1L;
        while (Write(descriptor, (byte*)&one, sizeof(long)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw Failure("write to an eventfd");
        }
    }

    private static SafeFileHandle Owned(int descriptor, string call) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(call);

    private static IOException Failure(string call) => new($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int CreatePoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int ControlPoll(SafeFileHandle poll, int operation, int descriptor, byte* description);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int WaitForPoll(SafeFileHandle poll, byte* events, int eventsMax, int milliseconds);
}
