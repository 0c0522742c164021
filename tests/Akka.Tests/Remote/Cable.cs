using System.Net;
using System.Net.Sockets;

namespace AkkaContract.Remote;

/// <summary>
/// A network between two systems that a test can hold up or cut: it listens on a port of its own and carries every connection on to
/// another one.
/// </summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource _open = new();
    private bool _isCut;

    public Cable()
    {
        _listener.Start();
        _open.SetResult();
        _ = AcceptAsync();
    }

    /// <summary>Where to connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where it leads.</summary>
    public int Target { get; set; }

    /// <summary>From now on nothing passes, but connections stay, as when packets are dropped.</summary>
    public void Hold()
    {
        lock (_sockets) _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Whatever was held arrives now, and everything after it.</summary>
    public void Release()
    {
        lock (_sockets) _open.TrySetResult();
    }

    /// <summary>Breaks all connections, and every one that is opened, until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        lock (_sockets)
        {
            _isCut = true;
            foreach (var socket in _sockets)
                Break(socket);
            _sockets.Clear();
        }
    }

    public void Mend()
    {
        lock (_sockets) _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Release();
        Cut();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await _listener.AcceptSocketAsync(_end.Token));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The next one, or the end.
            }
        }
    }

    private async Task CarryAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, Target);
            lock (_sockets)
            {
                _sockets.AddRange([near, far]);
                if (_isCut) throw new SocketException((int)SocketError.ConnectionReset);
            }

            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Broken, by the test or by one of the ends.
        }

        Break(near);
        Break(far);
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var count = await from.ReceiveAsync(buffer);
            Task open;
            lock (_sockets) open = _open.Task;
            await open;
            if (count == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            for (var sent = 0; sent < count;)
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
        }
    }

    private static void Break(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed.
        }

        socket.Dispose();
    }
}
