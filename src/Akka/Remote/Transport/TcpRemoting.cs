#nullable enable
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Akka.Serialization;
using static Akka.Serialization.Serialization;

namespace Akka.Remote.Transport;

/// <summary>
/// The transport of an actor system: its listener, and an <see cref="Association"/> per remote address. Connections are one-way
/// for messages: each system opens those on which it sends.
/// </summary>
internal sealed class TcpRemoting : IAsyncDisposable
{
    /// <summary>Connections that have not introduced themselves yet; for one more the oldest is closed.</summary>
    private const int HandshakesMax = 128;

    /// <summary>Connections that others opened, each of which has a thread; more are closed at once.</summary>
    private const int InboundMax = 1024;

    /// <summary>Associations that are kept although they hold nothing.</summary>
    private const int AssociationsKept = 64;

    private static readonly TimeSpan WarningInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Lock _associationsLock = new();
    private readonly ConcurrentDictionary<Address, Association> _associations = new();
    private readonly ConcurrentDictionary<InboundConnection, byte> _inbound = new();
    private readonly RemoteActorRefProvider _provider;
    private readonly ExtendedActorSystem _system;
    private ICancelable? _heartbeats;
    private Information? _transport;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private readonly List<InboundConnection> _greeting = [];
    private int _connections;
    private int _sweepAt = AssociationsKept;
    private ulong _numbersFloor;
    private ulong _attempts;
    private volatile bool _isShutDown;

    internal TcpRemoting(RemoteActorRefProvider provider, ExtendedActorSystem system, RemoteSettings settings)
    {
        _provider = provider;
        _system = system;
        Settings = settings;
        Uid = AddressUidExtension.Uid(system);
        Log = Logging.GetLogger(system, "remoting");
        Warnings = new RateLimitedLog(Log, WarningInterval);
        LocalAddress = new Address("akka.tcp", system.Name);
        Readers = new ReaderWatch(system, _inbound.Select(connection => connection.Key.Role).OfType<ReaderRole>());
    }

    internal RemoteSettings Settings { get; }

    internal ILoggingAdapter Log { get; }

    /// <summary>For what a peer can cause again and again.</summary>
    internal RateLimitedLog Warnings { get; }

    /// <summary>How others reach this system; complete after <see cref="Start"/>.</summary>
    internal Address LocalAddress { get; private set; }

    /// <summary>Names this incarnation of the system. Never 0.</summary>
    internal int Uid { get; }

    internal bool IsShutDown => _isShutDown;

    /// <summary>Looks after actors that hold up the reading of a connection.</summary>
    internal ReaderWatch Readers { get; }

    /// <summary>Listens.</summary>
    /// <exception cref="RemoteTransportException">The configured address cannot be bound.</exception>
    internal void Start()
    {
        var tcp = Settings.Tcp;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var endpoint = new IPEndPoint(BindAddress(tcp.Hostname), tcp.Port);
            socket.Dispose();
            socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
            socket.Listen(tcp.Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new RemoteTransportException($"Remoting cannot listen on [{tcp.Hostname}:{tcp.Port}]: {e.Message}", e);
        }

        var boundPort = ((IPEndPoint)socket.LocalEndPoint!).Port;
        var host = FirstOf(tcp.PublicHostname, tcp.Hostname, Dns.GetHostName());
        LocalAddress = new Address("akka.tcp", _system.Name, host, tcp.PublicPort == 0 ? boundPort : tcp.PublicPort);
        _listener = socket;
    }

    /// <summary>Accepts connections from now on: the actors that messages are for exist.</summary>
    internal void Accept()
    {
        _accepting = Task.Run(AcceptAsync);
        Publish(new RemotingListenEvent([LocalAddress]));
    }

    /// <summary>
    /// What is known of an address. Others name as many addresses as they like, so those that turn out to hold nothing are forgotten
    /// whenever there have become twice as many.
    /// </summary>
    internal Association AssociationWith(Address remote)
    {
        if (_associations.TryGetValue(remote, out var association) && !association.IsRetired)
            return association;

        lock (_associationsLock)
        {
            if (_associations.TryGetValue(remote, out association) && !association.IsRetired)
                return association;

            if (_associations.Count >= _sweepAt)
                ForgetIdleAssociations();
            return _associations[remote] = new Association(this, remote, _numbersFloor);
        }
    }

    /// <summary>Counts the connections that this system opens.</summary>
    internal ulong NextAttempt() => Interlocked.Increment(ref _attempts);

    /// <summary>
    /// Refuses to speak with an incarnation again; without a uid with the one last spoken with. If there is none, the address
    /// is gated.
    /// </summary>
    internal void Quarantine(Address address, int? uid)
    {
        while (true)
        {
            var association = AssociationWith(address);
            var incarnation = uid is null or 0 ? association.Uid : uid.Value;
            if (incarnation == 0)
            {
                association.Gate();
                return;
            }

            if (association.TryQuarantine(incarnation))
                return;
        }
    }

    /// <summary>Sends what waits, for at most <c>flush-wait-on-shutdown</c>, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isShutDown)
            return;

        _isShutDown = true;
        _listener?.Dispose();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_associations.Values.Select(a => a.CloseOutboundAsync(Settings.FlushWait))).ConfigureAwait(false);
        await Task.WhenAll(_associations.Values.Select(a => a.CloseInboundAsync())).ConfigureAwait(false);
        foreach (var connection in _inbound.Keys)
            connection.Abort("the system is shutting down");
        foreach (var (_, association) in _associations)
            association.Dispose();
        lock (_lock)
            _heartbeats?.Cancel();
        Publish(new RemotingShutdownEvent());
    }

    /// <summary>Decides about an inbound connection. The association is null when it is refused.</summary>
    internal (Association? Association, Admission Admission) Admit(Hello hello, InboundConnection connection)
    {
        if (_isShutDown)
            return (null, new Admission(Refusal.ShuttingDown, "the system is shutting down", null));

        if (hello.To != LocalAddress || hello.From == LocalAddress)
        {
            Warnings.Warning(
                connection.Host,
                $"address {hello.From} {hello.To}",
                $"[{hello.From}] at {connection.Endpoint} wants to reach [{hello.To}], but this is [{LocalAddress}]. It is refused.");
            return (null, new Admission(Refusal.WrongAddress, $"this is [{LocalAddress}], not [{hello.To}]", null));
        }

        while (true)
        {
            var association = AssociationWith(hello.From);
            if (association.Admit(hello, connection) is { } admission)
                return (admission.Refusal == Refusal.None ? association : null, admission);
        }
    }

    /// <summary>Nothing of the connection will be delivered any more.</summary>
    internal void OnInboundEnded(InboundConnection connection) => _inbound.TryRemove(connection, out _);

    internal MessageDecoder NewDecoder(Address peer, string host) => new(_provider, _system, peer, host, Warnings);

    internal FailureDetector NewTransportFailureDetector() =>
        FailureDetectorLoader.Load(
            Settings.TransportFailureDetectorConfig.GetString("implementation-class"), Settings.TransportFailureDetectorConfig, _system);

    /// <summary>Heartbeats are sent exactly while there is a connection, in step with everything else that is done periodically.</summary>
    internal void OnConnectionCount(int change)
    {
        lock (_lock)
        {
            var before = _connections;
            _connections += change;
            if (_isShutDown || (before == 0) == (_connections == 0))
                return;

            _heartbeats?.Cancel();
            var (scheduler, interval) = (_system.Scheduler, Settings.TransportHeartbeatInterval);
            if (_connections == 0 || interval == Timeout.InfiniteTimeSpan)
                return;

            _heartbeats = scheduler.Advanced.ScheduleRepeatedlyCancelable(
                Rhythm.DelayOf(scheduler, TimeSpan.Zero, interval), interval, OnHeartbeatTick);
        }
    }

    /// <summary>Serializes on the sender's thread. False, with an error in the log, when the serializer refuses.</summary>
    internal bool TrySerialize(object message, IActorRef? sender, RemoteActorRef recipient, out OutboundMessage serialized)
    {
        var before = SetTransport(_transport ??= new Information(LocalAddress, _system));
        try
        {
            var serializer = _system.Serialization.FindSerializerFor(message);
            var payload = serializer.ToBinary(message);
            var manifest = ManifestFor(serializer, message);
            serialized = new OutboundMessage(message, sender, recipient, payload, serializer.Identifier, manifest, Environment.TickCount64);
            if (Settings.LogFrameSizeExceeding is { } limit && payload.Length > limit)
                Log.Info("A message of type [{0}] for [{1}] has {2} bytes.", message.GetType(), recipient, payload.Length);
            return true;
        }
        catch (Exception e)
        {
            Log.Error(e, "A message of type [{0}] for [{1}] could not be serialized and is dropped.", message.GetType(), recipient);
            serialized = default;
            return false;
        }
        finally
        {
            SetTransport(before);
        }
    }

    internal void DeadLetter(object message, IActorRef? sender, RemoteActorRef recipient)
    {
        if (message is not SystemMessage)
            _provider.System.DeadLetter(message, sender, recipient);
    }

    internal void Publish(RemotingLifecycleEvent remotingEvent)
    {
        _system.EventStream.Publish(remotingEvent);
        if (Settings.LogLifecycleEvents)
            Log.Log(remotingEvent.LogLevel(), null, remotingEvent.ToString());
    }

    /// <param name="host">Of the peer.</param>
    /// <param name="what">Which connection is closed, and that it sent something.</param>
    /// <param name="reason">What it sent.</param>
    internal void OnBadInput(string host, string what, string reason) =>
        Warnings.Warning(host, $"input {reason}", $"{what} {reason}, which is not understood here.");

    internal void OnConnectionFailure(InboundConnection connection, Exception cause) =>
        Warnings.Log(
            LogLevel.ErrorLevel,
            connection.Host,
            $"failure {cause.GetType()}",
            $"The connection from {connection.Endpoint} is closed after an unexpected failure.",
            cause);

    private async Task AcceptAsync()
    {
        while (!_isShutDown)
        {
            Socket socket;
            try
            {
                socket = await _listener!.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (_isShutDown || e is ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of file descriptors, or the connection was gone before it was accepted. Trying at once could spin.
                Warnings.Warning("", "accept", $"A connection could not be accepted: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
                continue;
            }

            Serve(socket);
        }
    }

    private void Serve(Socket socket)
    {
        if (_inbound.Count >= InboundMax)
        {
            Warnings.Warning("", "inbound", $"Others have opened {InboundMax} connections: one more is closed.");
            Sockets.Abort(socket);
            return;
        }

        // The oldest gives way: a peer introduces itself at once, and must find a place however many others keep silent.
        _greeting.RemoveAll(connection => connection.HasGreeted);
        if (_greeting.Count >= HandshakesMax)
        {
            Warnings.Warning(
                "", "handshakes", $"More than {HandshakesMax} connections have not introduced themselves: the oldest is closed.");
            _greeting[0].Abort("it did not introduce itself while others wanted to");
            _greeting.RemoveAt(0);
        }

        var connection = new InboundConnection(socket, this);
        _inbound.TryAdd(connection, 0);
        _greeting.Add(connection);
        connection.Start();
    }

    private void OnHeartbeatTick()
    {
        foreach (var (_, association) in _associations)
            association.OnHeartbeatTick();
    }

    private void ForgetIdleAssociations()
    {
        foreach (var (address, association) in _associations)
        {
            if (!association.TryRetire())
                continue;

            // A peer may remember how far it has got: numbers never go back.
            _numbersFloor = Math.Max(_numbersFloor, association.Outbox.LastNumber);
            _associations.TryRemove(address, out _);
        }

        _sweepAt = Math.Max(AssociationsKept, 2 * _associations.Count);
    }

    private static IPAddress BindAddress(string hostname)
    {
        if (hostname.Length == 0)
            return IPAddress.Any;
        if (IPAddress.TryParse(hostname, out var address))
            return address;

        var addresses = Dns.GetHostAddresses(hostname);
        return Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
    }

    private static string FirstOf(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (name.Length > 0 && name is not ("0.0.0.0" or "::"))
                return name;
        }

        return "localhost";
    }
}
