#nullable enable
using System.Net.Sockets;
using Akka.Dispatch;

namespace Akka.Remote.Transport;

/// <summary>
/// A connection that a peer opened. One loop reads, delivers what arrived without a task or a queue per message, and answers
/// with acknowledgements and heartbeat replies, one small write per read. Whatever a peer sends can at most end its connection.
/// </summary>
internal sealed class InboundConnection(Socket socket, TcpRemoting remoting) : IDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly string _endpoint = Sockets.Peer(socket);
    private FailureDetector? _detector;
    private string? _abortReason;

    /// <summary>Completes when nothing of this connection will be delivered any more.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Where the connection comes from, for logs.</summary>
    internal string Endpoint => _endpoint;

    /// <summary>Its address without the port, which it cannot choose at will.</summary>
    internal string Host => _endpoint.LastIndexOf(':') is > 0 and var colon ? _endpoint[..colon] : _endpoint;

    /// <summary>Handshake, then frames, until the connection ends. Never throws.</summary>
    internal async Task RunAsync(Action handshaken)
    {
        Association? association = null;
        Hello? hello = null;
        var input = new ReceiveBuffer(socket, remoting.Settings.Tcp.FrameBytesMax);
        try
        {
            Sockets.Configure(socket, remoting.Settings);
            hello = await GreetAsync(input).ConfigureAwait(false);
            if (hello is null)
                return;

            (association, var inbox) = await AdmitAsync(hello).ConfigureAwait(false);
            handshaken();
            handshaken = () => { };
            if (association is not null)
                await ReadFramesAsync(input, hello, inbox!).ConfigureAwait(false);
        }
        catch (WireFormatException e)
        {
            var peer = hello is null ? _endpoint : $"{_endpoint} ({hello.From})";
            remoting.OnBadInput(Host, $"The connection from {peer} is closed: it sent", e.Message);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer went away, or the connection was aborted here: the reason is told when the association hears of it.
        }
        catch (Exception e)
        {
            remoting.OnConnectionFailure(this, e);
        }
        finally
        {
            handshaken();

            // Not an abort: the answer with a refusal, or the last acknowledgement, is still to arrive.
            Dispose();
            input.Dispose();
            if (association is not null)
                association.OnInboundEnded(hello!.Lane, this, Volatile.Read(ref _abortReason) ?? "the connection was closed");
            _ended.TrySetResult();
        }
    }

    /// <summary>Called each heartbeat interval: the peer asks for a heartbeat in each, so silence means that it is gone.</summary>
    internal void OnHeartbeatTick()
    {
        if (_detector is { IsAvailable: false })
            Abort("the peer has sent no heartbeat for too long");
    }

    /// <summary>Ends the connection now.</summary>
    internal void Abort(string reason)
    {
        Interlocked.CompareExchange(ref _abortReason, reason, null);
        Sockets.Abort(socket);
    }

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }

    /// <summary>Tells the peer that it is quarantined, as far as that can be told at once, and ends the connection.</summary>
    internal async Task QuarantineAsync()
    {
        using var notice = new FrameBuffer();
        notice.EndFrame(notice.BeginFrame(FrameKind.Quarantined));
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await SendAsync(notice, timeout.Token).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Abort("quarantined");
        }
    }

    private async Task<Hello?> GreetAsync(ReceiveBuffer input)
    {
        using var timeout = new CancellationTokenSource(remoting.Settings.HandshakeTimeout);
        int bodyLength;
        ushort version;
        while (!TryReadHead(input, out bodyLength, out version))
        {
            if (!await FillAsync(input, timeout.Token).ConfigureAwait(false))
                return null;
        }

        if (!Handshake.IsSpoken(version))
        {
            await AnswerAsync(Handshake.RefuseVersion(version, remoting.Uid)).ConfigureAwait(false);
            throw new WireFormatException($"protocol version {version}");
        }

        Hello? hello;
        while (!TryReadHello(input, bodyLength, out hello))
        {
            if (!await FillAsync(input, timeout.Token).ConfigureAwait(false))
                return null;
        }

        return hello;
    }

    private static async ValueTask<bool> FillAsync(ReceiveBuffer input, CancellationToken timeout)
    {
        try
        {
            return await input.FillAsync(timeout).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new WireFormatException("no greeting within the handshake timeout");
        }
    }

    /// <summary>Registers the connection and answers the greeting. No association when it was refused.</summary>
    private async Task<(Association? Association, SystemMessageInbox? Inbox)> AdmitAsync(Hello hello)
    {
        var (association, admission) = await remoting.AdmitAsync(hello, this).ConfigureAwait(false);
        if (association is null)
        {
            await AnswerAsync(new Welcome(admission.Refusal, remoting.Uid, 0, admission.Reason)).ConfigureAwait(false);
            return (null, null);
        }

        _detector = remoting.NewTransportFailureDetector();
        _detector.HeartBeat();
        try
        {
            await AnswerAsync(new Welcome(Refusal.None, remoting.Uid, remoting.Settings.Tcp.FrameBytesMax, "")).ConfigureAwait(false);
        }
        catch
        {
            association.OnInboundEnded(hello.Lane, this, "the connection broke during the handshake");
            throw;
        }

        return (association, admission.Inbox);
    }

    private async Task AnswerAsync(Welcome welcome)
    {
        using var output = new FrameBuffer();
        using var timeout = new CancellationTokenSource(remoting.Settings.HandshakeTimeout);
        Handshake.Write(output, welcome);
        await SendAsync(output, timeout.Token).ConfigureAwait(false);
        if (welcome.Refusal != Refusal.None)
            socket.Shutdown(SocketShutdown.Send);
    }

    private async Task ReadFramesAsync(ReceiveBuffer input, Hello hello, SystemMessageInbox inbox)
    {
        var decoder = remoting.NewDecoder(hello.From, Host);
        using var replies = new FrameBuffer();
        Mailbox? woken;
        do
        {
            _detector!.HeartBeat();
            woken = DeliverFrames(input, decoder, inbox, replies);
            if (replies.Length == 0)
                continue;

            woken?.Queue();
            woken = null;
            await SendAsync(replies, CancellationToken.None).ConfigureAwait(false);
            replies.Clear();
        }
        while (await ReadingTurn.WaitAndRun(FillAsync(input), woken));
    }

    /// <summary>Delivers what has arrived and writes what is to be answered. Gives a mailbox that must be run now.</summary>
    private Mailbox? DeliverFrames(ReceiveBuffer input, MessageDecoder decoder, SystemMessageInbox inbox, FrameBuffer replies)
    {
        var acknowledged = inbox.Delivered;
        var mustAcknowledge = false;
        Mailbox? woken;
        ReadingTurn.Open();
        try
        {
            while (Volatile.Read(ref _abortReason) is null && input.TryReadFrame(out var frame))
                mustAcknowledge |= OnFrame(new FrameReader(frame), decoder, inbox, replies);
        }
        catch
        {
            ReadingTurn.Close()?.Queue();
            throw;
        }

        woken = ReadingTurn.Close();
        if (mustAcknowledge || inbox.Delivered != acknowledged)
        {
            var start = replies.BeginFrame(FrameKind.Ack);
            replies.WriteUInt64(inbox.Delivered);
            replies.EndFrame(start);
        }

        return woken;
    }

    /// <summary>Reads more, unless the connection has been aborted.</summary>
    private ValueTask<bool> FillAsync(ReceiveBuffer input) =>
        Volatile.Read(ref _abortReason) is null ? input.FillAsync() : ValueTask.FromResult(false);

    /// <summary>Handles one frame. True when it was a system message, delivered or not: the peer must learn how far we are.</summary>
    private static bool OnFrame(FrameReader reader, MessageDecoder decoder, SystemMessageInbox inbox, FrameBuffer replies)
    {
        var kind = (FrameKind)reader.ReadByte();
        switch (kind)
        {
            case FrameKind.Message:
                decoder.Deliver(reader, isSystemMessage: false);
                ReadingTurn.OnDelivered();
                return false;
            case FrameKind.SystemMessage:
                if (inbox.IsNext(reader.ReadUInt64()))
                    decoder.Deliver(reader, isSystemMessage: true);
                return true;
            case FrameKind.DefineRecipient or FrameKind.DefineSender or FrameKind.DefineType:
                decoder.Define(kind, reader);
                return false;
            case FrameKind.SystemMessagesBegin:
                inbox.SkipTo(reader.ReadUInt64());
                reader.ExpectEnd();
                return false;
            case FrameKind.Heartbeat:
                reader.ExpectEnd();
                replies.EndFrame(replies.BeginFrame(FrameKind.HeartbeatReply));
                return false;
            default:
                throw new WireFormatException($"a frame of kind {(int)kind}");
        }
    }

    private async Task SendAsync(FrameBuffer output, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await Sockets.SendAllAsync(socket, output.Written, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private static bool TryReadHead(ReceiveBuffer input, out int bodyLength, out ushort version)
    {
        (bodyLength, version) = (0, 0);
        if (!input.TryReadExactly(Handshake.HeadBytes, out var head))
            return false;

        bodyLength = Handshake.ReadHead(head, out version);
        return true;
    }

    private static bool TryReadHello(ReceiveBuffer input, int bodyLength, out Hello? hello)
    {
        hello = input.TryReadExactly(bodyLength, out var body) ? Handshake.ReadHello(body) : null;
        return hello is not null;
    }
}
