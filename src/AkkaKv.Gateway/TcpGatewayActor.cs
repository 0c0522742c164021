using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using AkkaKv.Core;
using AkkaKv.Gateway.Polling;

namespace AkkaKv.Gateway;

/// <summary>
/// Owns the listening socket and knows every connection: accepts clients up to the limit, looks after their deadlines,
/// tells those who want to know that another server leads, and sends all of them away in good order when the server stops. The
/// connections run on the threads of event loops, beside it.
/// </summary>
public sealed class TcpGatewayActor : ReceiveActor, IWithTimers
{
    private const int Backlog = 1024;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>The other half of the processors is for the replica, the disk and the other servers.</summary>
    private static readonly int ThreadsForThisMachine = Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    /// <summary>A drain that has seen no leader for so long gives up: longer than a failover takes.</summary>
    private const long LeaderlessMilliseconds = 1000;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly GatewayContext _gateway;
    private readonly Action<ClientSession, Exception?> _ended;
    private EventLoops? _loops;
    private Socket? _listener;
    private GatewayMessage _bound = new GatewayMessage.NotBound("not started yet");
    private IActorRef? _drainedTo;
    private ReplicaId? _leader;
    private long _leaderSeen;

    /// <summary>Made by <see cref="Props(GatewaySettings, IReplicaView, IActorRef)"/>.</summary>
    public TcpGatewayActor(GatewaySettings settings, IReplicaView view, IActorRef keyValue)
    {
        _gateway = new GatewayContext(settings, view, keyValue);
        var self = Self;
        _ended = (session, failure) => self.Tell(new SessionEnded(session.Client.Id, failure), ActorRefs.NoSender);
        Receive<Accepted>(OnAccepted);
        Receive<AcceptFailed>(OnAcceptFailed);
        Receive<SessionEnded>(OnSessionEnded);
        Receive<Sweep>(_ => OnSweep());
        Receive<GatewayMessage.GetBound>(_ => Sender.Tell(_bound));
        Receive<GatewayMessage.Drain>(OnDrain);
        Receive<DrainExpired>(_ => CutAll());
        Receive<LookForLeader>(_ => OnLookForLeader());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    /// <param name="settings">What it is told once.</param>
    /// <param name="view">The replica that reads are served from.</param>
    /// <param name="keyValue">The replica's actor: gets every <see cref="ClientRequest"/> and <see cref="ClientRead"/>.</param>
    public static Props Props(GatewaySettings settings, IReplicaView view, IActorRef keyValue) =>
        Akka.Actor.Props.Create(() => new TcpGatewayActor(settings, view, keyValue));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        try
        {
            if (!OperatingSystem.IsLinux())
                throw new PlatformNotSupportedException("clients are served with calls that only Linux has");
            _listener = Listen(_gateway.Settings.Endpoint);
            _loops = new EventLoops(_gateway.Settings.Threads > 0 ? _gateway.Settings.Threads : ThreadsForThisMachine);
        }
        catch (Exception failure) when (failure is SocketException or IOException or PlatformNotSupportedException)
        {
            // Said to whoever asks: the server decides whether to go on without clients.
            StopAccepting();
            _bound = new GatewayMessage.NotBound($"cannot listen on {_gateway.Settings.Endpoint}: {failure.Message}");
            _log.Error("The gateway cannot listen on {0}: {1}", _gateway.Settings.Endpoint, failure.Message);
            return;
        }

        var endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        _gateway.Port = endpoint.Port;
        _bound = new GatewayMessage.Bound(endpoint);
        _ = AcceptAsync(_listener, Self);
        _leader = _gateway.View.Status.Leader;
        Timers.StartPeriodicTimer(nameof(Sweep), Sweep.Instance, SweepInterval);
        _log.Info("Clients can connect to {0}", endpoint);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        StopAccepting();
        CutAll();
        _loops?.Stop();
    }

    private static Socket Listen(IPEndPoint endpoint)
    {
        var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endpoint);
            listener.Listen(Backlog);
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Runs until the listener is closed.</summary>
    private static async Task AcceptAsync(Socket listener, IActorRef self)
    {
        while (true)
        {
            try
            {
                var socket = await listener.AcceptAsync().ConfigureAwait(false);
                self.Tell(new Accepted(socket), ActorRefs.NoSender);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                if (listener.SafeHandle.IsClosed)
                    return;

                // Out of file descriptors, or a client that left before it was accepted. Neither ends the service.
                self.Tell(new AcceptFailed(failure.Message), ActorRefs.NoSender);
                await Task.Delay(SweepInterval).ConfigureAwait(false);
            }
        }
    }

    private void OnAccepted(Accepted accepted)
    {
        _gateway.CountConnection();
        if (_drainedTo is { } asker && asker.Equals(ActorRefs.Nobody))
        {
            accepted.Socket.Dispose(); // Too late.
            return;
        }

        if (_gateway.Sessions.Count >= _gateway.MaxClients)
        {
            _gateway.CountRejection();
            Reject(accepted.Socket);
            return;
        }

        if (TryOpen(accepted.Socket) is not { } session)
            return;

        _gateway.Sessions[session.Client.Id] = session;
        session.Begin();
        if (_drainedTo is not null)
            session.Drain();
    }

    private ClientSession? TryOpen(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 300);
            return new ClientSession(_gateway, _loops!.Idlest(), socket, _gateway.NextClientId(), _ended);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            socket.Dispose(); // Gone again already.
            return null;
        }
    }

    private static void Reject(Socket socket)
    {
        try
        {
            socket.Blocking = false; // A new connection's buffer has room for a line; whoever's has not goes without.
            socket.Send("-ERR max number of clients reached\r\n"u8);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It left before it could be told.
        }

        socket.Dispose();
    }

    private void OnAcceptFailed(AcceptFailed failed) => _log.Warning("A connection could not be accepted: {0}", failed.Reason);

    private void OnSessionEnded(SessionEnded ended)
    {
        _gateway.Sessions.TryRemove(ended.ClientId, out _);
        if (ended.Failure is not null)
            _log.Error(ended.Failure, "The session of client {0} failed; its connection is closed", ended.ClientId);
        AnswerWhenDrained();
    }

    private void OnSweep()
    {
        var now = Environment.TickCount64;
        foreach (var session in _gateway.Sessions)
            session.Value.CheckDeadlines(now);
        TellOfAnotherLeader();
    }

    /// <summary>A server that has only now found its leader tells nobody: its clients have seen no other.</summary>
    private void TellOfAnotherLeader()
    {
        var leader = _gateway.View.Status.Leader;
        if (leader is null || leader == _leader)
            return;

        var changed = _leader is not null;
        _leader = leader;
        if (!changed)
            return;
        foreach (var session in _gateway.Sessions)
            session.Value.TellOfAnotherLeader();
    }

    private void OnDrain(GatewayMessage.Drain drain)
    {
        _drainedTo = Sender;
        StopAccepting();
        foreach (var session in _gateway.Sessions)
            session.Value.Drain();
        _leaderSeen = Environment.TickCount64;
        Timers.StartSingleTimer(nameof(DrainExpired), DrainExpired.Instance, drain.Within);
        Timers.StartPeriodicTimer(nameof(LookForLeader), LookForLeader.Instance, LookInterval);
        AnswerWhenDrained();
    }

    /// <summary>Without a leader nothing is decided any more: who still waits is told so.</summary>
    private void OnLookForLeader()
    {
        var now = Environment.TickCount64;
        if (_gateway.View.Status.Leader is not null)
            _leaderSeen = now;
        if (now - _leaderSeen < LeaderlessMilliseconds)
            return;
        foreach (var session in _gateway.Sessions)
            session.Value.GiveUp();
    }

    private void AnswerWhenDrained()
    {
        if (_drainedTo is null || !_gateway.Sessions.IsEmpty)
            return;

        _drainedTo.Tell(new GatewayMessage.Drained());
        _drainedTo = ActorRefs.Nobody;
    }

    private void CutAll()
    {
        foreach (var session in _gateway.Sessions)
            session.Value.Abort();
    }

    private void StopAccepting()
    {
        _listener?.Dispose();
        _listener = null;
    }

    private sealed record Accepted(Socket Socket);

    private sealed record AcceptFailed(string Reason);

    private sealed record SessionEnded(long ClientId, Exception? Failure);

    private sealed record Sweep
    {
        public static readonly Sweep Instance = new();
    }

    private sealed record LookForLeader
    {
        public static readonly LookForLeader Instance = new();
    }

    private sealed record DrainExpired
    {
        public static readonly DrainExpired Instance = new();
    }
}
