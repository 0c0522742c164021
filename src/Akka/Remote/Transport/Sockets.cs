#nullable enable
using System.Net;
using System.Net.Sockets;

namespace Akka.Remote.Transport;

/// <summary>The options of every connection, in one place.</summary>
internal static class Sockets
{
    private const int LinuxTcpUserTimeout = 18;

    internal static void Configure(Socket socket, RemoteSettings settings)
    {
        var tcp = settings.Tcp;
        socket.NoDelay = tcp.NoDelay;
        if (tcp.SendBufferBytes > 0)
            socket.SendBufferSize = tcp.SendBufferBytes;
        if (tcp.ReceiveBufferBytes > 0)
            socket.ReceiveBufferSize = tcp.ReceiveBufferBytes;
        if (tcp.KeepAlive)
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);

        // Heartbeats find a dead connection; this only frees the kernel's side of one whose process is stopped.
        if (OperatingSystem.IsLinux())
        {
            Span<byte> millis = stackalloc byte[sizeof(int)];
            BitConverter.TryWriteBytes(millis, (int)Math.Min(int.MaxValue, 2 * settings.SilenceMax.TotalMilliseconds));
            socket.SetRawSocketOption((int)ProtocolType.Tcp, LinuxTcpUserTimeout, millis);
        }
    }

    /// <summary>Closes at once: what the kernel has not delivered yet must not arrive later.</summary>
    internal static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already: nothing lingers.
        }

        socket.Dispose();
    }

    /// <summary>The peer's address and port for logs.</summary>
    internal static string Peer(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint?.ToString() ?? "unknown";
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return "unknown";
        }
    }

    /// <summary>
    /// True when a connection to a port of this machine met itself: without a listener the kernel may pick the port that is being
    /// dialled as the source port, and the two ends are one.
    /// </summary>
    internal static bool IsConnectedToItself(Socket socket) =>
        socket.LocalEndPoint is IPEndPoint local && socket.RemoteEndPoint is IPEndPoint remote && local.Equals(remote);

    /// <summary>Sends all of the bytes.</summary>
    internal static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        while (!bytes.IsEmpty)
        {
            var sent = await socket.SendAsync(bytes, SocketFlags.None, cancellation).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }
}
