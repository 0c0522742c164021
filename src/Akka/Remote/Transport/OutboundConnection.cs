#nullable enable
using System.Net.Sockets;

namespace Akka.Remote.Transport;

/// <summary>A connection could not be opened because the peer refused it.</summary>
internal sealed class ConnectionRefusedException(Refusal refusal, string reason) : Exception(reason)
{
    internal Refusal Refusal { get; } = refusal;
}

/// <summary>
/// A connection that this system opened: messages go out, acknowledgements and heartbeat replies come back. One loop writes,
/// another reads; <see cref="Abort"/> may be called by anyone.
/// </summary>
internal sealed class OutboundConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly FailureDetector _detector;
    private readonly ReceiveBuffer _input;
    private string? _abortReason;
    private int _heartbeatDue;
    private ValueTask<int> _pending;
    private bool _isPending;
    private int _sent;
    private volatile bool _isBroken;

    private OutboundConnection(Socket socket, FailureDetector detector, ReceiveBuffer input)
    {
        _socket = socket;
        _detector = detector;
        _input = input;
    }

    /// <summary>
    /// Frames to be sent by <see cref="TryFlush"/> and <see cref="FlushAsync"/>. Whoever holds the lane's pen writes them.
    /// </summary>
    internal FrameBuffer Output { get; } = new();

    /// <summary>The incarnation at the other end.</summary>
    internal int PeerUid { get; private set; }

    /// <summary>The longest frame that the peer takes.</summary>
    internal int PeerFrameBytesMax { get; private set; }

    /// <summary>True once the connection is of no use any more.</summary>
    internal bool IsBroken => _isBroken;

    /// <summary>Connects and introduces this system.</summary>
    /// <exception cref="ConnectionRefusedException">The peer does not want the connection.</exception>
    /// <exception cref="SocketException">There was no connection.</exception>
    /// <exception cref="WireFormatException">The peer does not speak this protocol.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or was cancelled.</exception>
    internal static async Task<OutboundConnection> OpenAsync(
        Hello hello, RemoteSettings settings, FailureDetector detector, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        OutboundConnection? connection = null;
        try
        {
            Sockets.Configure(socket, settings);
            using (var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
            {
                timeout.CancelAfter(settings.Tcp.ConnectTimeout);
                await socket.ConnectAsync(hello.To.Host, hello.To.Port ?? 0, timeout.Token).ConfigureAwait(false);
            }

            if (Sockets.IsConnectedToItself(socket))
                throw new SocketException((int)SocketError.ConnectionRefused);

            connection = new OutboundConnection(socket, detector, new ReceiveBuffer(socket, WireFormat.FrameBytesMin));
            using (var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
            {
                timeout.CancelAfter(settings.HandshakeTimeout);
                await connection.IntroduceAsync(hello, timeout.Token).ConfigureAwait(false);
            }

            return connection;
        }
        catch
        {
            Sockets.Abort(socket);
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Reads what comes back until the connection ends.</summary>
    /// <param name="acknowledged">Called with the number of the last system message delivered.</param>
    /// <param name="quarantined">Called when the peer has quarantined this system.</param>
    internal async Task ReadRepliesAsync(Action<ulong> acknowledged, Action quarantined)
    {
        while (await _input.FillAsync().ConfigureAwait(false))
        {
            _detector.HeartBeat();
            while (_input.TryReadFrame(out var frame))
                OnReply(new FrameReader(frame), acknowledged, quarantined);
        }
    }

    /// <summary>Sends the frames of <see cref="Output"/> without waiting. False when <see cref="FlushAsync"/> must finish.</summary>
    internal bool TryFlush()
    {
#pragma warning disable CA2012 // It is looked at once: here when it has completed, else by whoever finishes.
        _pending = _socket.SendAsync(Output.Written, SocketFlags.None);
#pragma warning restore CA2012
        _isPending = !_pending.IsCompletedSuccessfully;
        if (_isPending)
            return false;

        _sent = _pending.Result;
        if (_sent < Output.Length)
            return false;

        OnFlushed();
        return true;
    }

    /// <summary>Sends the frames of <see cref="Output"/>, or what <see cref="TryFlush"/> left of them.</summary>
    internal async ValueTask FlushAsync()
    {
        if (_isPending)
        {
            _isPending = false;
            _sent = await _pending.ConfigureAwait(false);
        }

        await Sockets.SendAllAsync(_socket, Output.Written[_sent..]).ConfigureAwait(false);
        OnFlushed();
    }

    /// <summary>Waits until nothing reads <see cref="Output"/> any more, which is soon on a broken connection.</summary>
    internal async ValueTask SettleAsync()
    {
        if (!_isPending)
            return;

        Abort("the connection is given up");
        try
        {
            await _pending.ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It was given up for that.
        }
    }

    /// <summary>Says that nothing more will be sent. The peer closes when it has read everything.</summary>
    internal void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>
    /// Called each heartbeat interval: breaks a connection that has been silent for too long, else asks the writing loop for a
    /// heartbeat.
    /// </summary>
    internal void OnHeartbeatTick()
    {
        if (!_detector.IsAvailable)
            Abort("the peer has answered no heartbeat for too long");
        else
            Volatile.Write(ref _heartbeatDue, 1);
    }

    /// <summary>True once after each <see cref="OnHeartbeatTick"/>.</summary>
    internal bool TakeHeartbeatDue() => Volatile.Read(ref _heartbeatDue) != 0 && Interlocked.Exchange(ref _heartbeatDue, 0) != 0;

    /// <summary>Breaks the connection now. What is in the buffers of the operating system is not delivered any more.</summary>
    internal void Abort(string reason)
    {
        Interlocked.CompareExchange(ref _abortReason, reason, null);
        _isBroken = true;
        Sockets.Abort(_socket);
    }

    /// <summary>Why the connection ended, in words.</summary>
    internal string ReasonOf(Exception? cause) => Volatile.Read(ref _abortReason) ?? cause?.Message ?? "the peer closed the connection";

    public void Dispose()
    {
        _isBroken = true;
        _socket.Dispose();
        _input.Dispose();
        Output.Dispose();
    }

    private async Task IntroduceAsync(Hello hello, CancellationToken cancellation)
    {
        Handshake.Write(Output, hello);
        await Sockets.SendAllAsync(_socket, Output.Written, cancellation).ConfigureAwait(false);
        Output.Clear();

        int bodyLength;
        ushort version;
        while (!TryReadHead(out bodyLength, out version))
            await FillOrThrowAsync(cancellation).ConfigureAwait(false);
        if (!Handshake.IsSpoken(version))
            throw new ConnectionRefusedException(Refusal.Version, $"the peer speaks protocol version {version}");

        Welcome? welcome;
        while (!TryReadWelcome(bodyLength, out welcome))
            await FillOrThrowAsync(cancellation).ConfigureAwait(false);
        if (welcome!.Refusal != Refusal.None)
            throw new ConnectionRefusedException(welcome.Refusal, welcome.Reason);

        PeerUid = welcome.Uid;
        PeerFrameBytesMax = welcome.FrameBytesMax;
        _detector.HeartBeat();
    }

    private bool TryReadHead(out int bodyLength, out ushort version)
    {
        (bodyLength, version) = (0, 0);
        if (!_input.TryReadExactly(Handshake.HeadBytes, out var head))
            return false;

        bodyLength = Handshake.ReadHead(head, out version);
        return true;
    }

    private bool TryReadWelcome(int bodyLength, out Welcome? welcome)
    {
        welcome = _input.TryReadExactly(bodyLength, out var body) ? Handshake.ReadWelcome(body) : null;
        return welcome is not null;
    }

    private async ValueTask FillOrThrowAsync(CancellationToken cancellation)
    {
        if (!await _input.FillAsync(cancellation).ConfigureAwait(false))
            throw new ConnectionRefusedException(Refusal.None, "the peer closed the connection during the handshake");
    }

    private void OnFlushed()
    {
        Output.Clear();
        _sent = 0;
    }

    private static void OnReply(FrameReader reader, Action<ulong> acknowledged, Action quarantined)
    {
        var kind = (FrameKind)reader.ReadByte();
        switch (kind)
        {
            case FrameKind.HeartbeatReply:
                break;
            case FrameKind.Ack:
                acknowledged(reader.ReadUInt64());
                break;
            case FrameKind.Quarantined:
                quarantined();
                break;
            default:
                throw new WireFormatException($"a reply of kind {(int)kind}");
        }

        reader.ExpectEnd();
    }
}
