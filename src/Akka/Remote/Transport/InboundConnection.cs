#nullable enable
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Akka.Dispatch;

namespace Akka.Remote.Transport;

/// <summary>
/// A connection that a peer opened. A thread of its own reads, delivers what arrived without a task or a queue per message, and answers
/// with acknowledgements and heartbeat replies, one small write per read. Whatever a peer sends can at most end its connection.
/// </summary>
/// <remarks>
/// The thread waits in the kernel, so that what arrives wakes exactly one thread: through the thread pool it would be three or four, which
/// is most of what a small message costs. It also runs the actor that the message wakes, see <see cref="ReadingTurn"/>.
/// </remarks>
internal sealed class InboundConnection(Socket socket, TcpRemoting remoting) : IDisposable
{
    /// <summary>Answers are small, so one that finds no room for so long has no reader.</summary>
    private const int SendTimeoutMillis = 1000;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _sending = new();
    private readonly string _endpoint = Sockets.Peer(socket);
    private readonly ReceiveBuffer _input = new(socket, remoting.Settings.Tcp.FrameBytesMax);
    private readonly FrameBuffer _replies = new();
    private Hello? _hello;
    private Association? _association;
    private SystemMessageInbox? _inbox;
    private MessageDecoder? _decoder;
    private FailureDetector? _detector;
    private string? _abortReason;
    private volatile bool _hasGreeted;

    /// <summary>Completes when nothing of this connection will be delivered any more.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Where the connection comes from, for logs.</summary>
    internal string Endpoint => _endpoint;

    /// <summary>Its address without the port, which it cannot choose at will.</summary>
    internal string Host => _endpoint.LastIndexOf(':') is > 0 and var colon ? _endpoint[..colon] : _endpoint;

    /// <summary>True when the peer has introduced itself, or never will.</summary>
    internal bool HasGreeted => _hasGreeted;

    /// <summary>Who reads it; null before <see cref="Start"/>.</summary>
    internal ReaderRole? Role { get; private set; }

    /// <summary>Handshake, then frames, until the connection ends; on a thread of its own.</summary>
    internal void Start()
    {
        Role = new ReaderRole(remoting.Readers, readOn: () => TryStartThread(Serve));
        TryStartThread(() =>
        {
            var isAdmitted = Guard(TryBegin);
            _hasGreeted = true;
            if (isAdmitted)
                Serve();
            else
                End();
        });
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

    /// <summary>Tells the peer that it is quarantined, as far as that can be told at once, and ends the connection.</summary>
    internal void Quarantine()
    {
        using var notice = new FrameBuffer();
        notice.EndFrame(notice.BeginFrame(FrameKind.Quarantined));
        try
        {
            Send(notice);
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Abort("quarantined");
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        _input.Dispose();
        _replies.Dispose();
    }

    /// <summary>
    /// Has a thread of its own do the work. Where the system gives no more threads, the connection ends, which nobody would read; those
    /// that have one keep it, and there may be room for this peer later.
    /// </summary>
    private bool TryStartThread(Action work)
    {
        try
        {
            new Thread(() => work()) { IsBackground = true, Name = "akka-remote-reader" }.Start();
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            remoting.OnConnectionFailure(this, e);
            Abort("there is no thread to read it");
            End();
            return false;
        }
    }

    /// <summary>Reads on, until the connection ends or another thread reads instead.</summary>
    private void Serve()
    {
        if (!Guard(ReadFrames))
            End();
    }

    /// <summary>Not an abort: the answer with a refusal, or the last acknowledgement, is still to arrive.</summary>
    private void End()
    {
        _hasGreeted = true;
        Dispose();
        _association?.OnInboundEnded(_hello!.Lane, this, Volatile.Read(ref _abortReason) ?? "the connection was closed");
        remoting.OnInboundEnded(this);
        _ended.TrySetResult();
    }

    /// <summary>Does a part of the work. False also when that failed, which ends the connection and nothing else.</summary>
    private bool Guard(Func<bool> work)
    {
        try
        {
            return work();
        }
        catch (WireFormatException e)
        {
            var peer = _hello is null ? _endpoint : $"{_endpoint} ({_hello.From})";
            remoting.OnBadInput(Host, $"The connection from {peer} is closed: it sent", e.Message);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer went away, or the connection was aborted here: the reason is told when the association hears of it.
        }
        catch (Exception e)
        {
            remoting.OnConnectionFailure(this, e);
        }

        return false;
    }

    /// <summary>Greets and registers the connection. False when it is over already.</summary>
    private bool TryBegin()
    {
        Sockets.Configure(socket, remoting.Settings);
        socket.SendTimeout = SendTimeoutMillis;
        if (!TryGreet(out _hello) || !TryAdmit(_hello))
            return false;

        _decoder = remoting.NewDecoder(_hello.From, Host);
        socket.ReceiveTimeout = Timeout.Infinite;
        return true;
    }

    private bool TryGreet([NotNullWhen(true)] out Hello? hello)
    {
        hello = null;
        var deadline = Environment.TickCount64 + (long)remoting.Settings.HandshakeTimeout.TotalMilliseconds;
        int bodyLength;
        ushort version;
        while (!TryReadHead(out bodyLength, out version))
        {
            if (!FillUntil(deadline))
                return false;
        }

        if (!Handshake.IsSpoken(version))
        {
            Answer(Handshake.RefuseVersion(version, remoting.Uid));
            throw new WireFormatException($"protocol version {version}");
        }

        while (!TryReadHello(bodyLength, out hello))
        {
            if (!FillUntil(deadline))
                return false;
        }

        return hello is not null;
    }

    private bool FillUntil(long deadline)
    {
        var left = deadline - Environment.TickCount64;
        try
        {
            socket.ReceiveTimeout = (int)Math.Max(left, 1);
            return _input.Fill();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
        {
            throw new WireFormatException("no greeting within the handshake timeout");
        }
    }

    /// <summary>Registers the connection and answers the greeting. False when it was refused.</summary>
    private bool TryAdmit(Hello hello)
    {
        var (association, admission) = remoting.Admit(hello, this);
        if (association is null)
        {
            Answer(new Welcome(admission.Refusal, remoting.Uid, 0, admission.Reason));
            return false;
        }

        (_association, _inbox) = (association, admission.Inbox);
        _detector = remoting.NewTransportFailureDetector();
        _detector.HeartBeat();
        Answer(new Welcome(Refusal.None, remoting.Uid, remoting.Settings.Tcp.FrameBytesMax, ""));
        return true;
    }

    private void Answer(Welcome welcome)
    {
        using var output = new FrameBuffer();
        Handshake.Write(output, welcome);
        Send(output);
        if (welcome.Refusal != Refusal.None)
            socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>True when another thread reads on, false when the connection has ended.</summary>
    private bool ReadFrames()
    {
        do
        {
            _detector!.HeartBeat();
            var woken = DeliverFrames(_decoder!, _inbox!);
            if (_replies.Length > 0)
            {
                woken?.ScheduleElsewhere();
                woken = null;
                Send(_replies);
                _replies.Clear();
            }

            if (woken is not null && !Role!.TryRun(woken))
                return true;
        }
        while (Volatile.Read(ref _abortReason) is null && _input.Fill());

        return false;
    }

    /// <summary>Delivers what has arrived and writes what is to be answered. Gives a mailbox that must be run now.</summary>
    private Mailbox? DeliverFrames(MessageDecoder decoder, SystemMessageInbox inbox)
    {
        var acknowledged = inbox.Delivered;
        var mustAcknowledge = false;
        Mailbox? woken;
        ReadingTurn.Open();
        try
        {
            while (Volatile.Read(ref _abortReason) is null && _input.TryReadFrame(out var frame))
                mustAcknowledge |= OnFrame(new FrameReader(frame), decoder, inbox, _replies);
        }
        catch
        {
            ReadingTurn.Close()?.ScheduleElsewhere();
            throw;
        }

        woken = ReadingTurn.Close();
        if (mustAcknowledge || inbox.Delivered != acknowledged)
        {
            var start = _replies.BeginFrame(FrameKind.Ack);
            _replies.WriteUInt64(inbox.Delivered);
            _replies.EndFrame(start);
        }

        return woken;
    }

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

    private void Send(FrameBuffer output)
    {
        lock (_sending)
        {
            for (var rest = output.Written.Span; !rest.IsEmpty;)
                rest = rest[socket.Send(rest)..];
        }
    }

    private bool TryReadHead(out int bodyLength, out ushort version)
    {
        (bodyLength, version) = (0, 0);
        if (!_input.TryReadExactly(Handshake.HeadBytes, out var head))
            return false;

        bodyLength = Handshake.ReadHead(head, out version);
        return true;
    }

    private bool TryReadHello(int bodyLength, out Hello? hello)
    {
        hello = _input.TryReadExactly(bodyLength, out var body) ? Handshake.ReadHello(body) : null;
        return hello is not null;
    }
}
