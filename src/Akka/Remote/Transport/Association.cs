#nullable enable
using Akka.Actor;
using Akka.Event;

namespace Akka.Remote.Transport;

/// <summary>
/// Everything this system knows of one remote address: the incarnation (uid) that lives there, those it will not speak with
/// again, the two outgoing lanes, and the connections that came in. A new uid at the address is a new system: what was meant for
/// the old one is dropped.
/// </summary>
internal sealed partial class Association : IDisposable
{
    private const int LaneCount = 2;
    private const int ReplacedMax = 64;

    private readonly Lock _lock = new();
    private readonly TcpRemoting _remoting;
    private readonly OutboundLane _control;
    private readonly OutboundLane _bulk;
    private readonly InboundConnection?[] _inbound = new InboundConnection?[LaneCount];
    private readonly ulong[] _inboundAttempts = new ulong[LaneCount];
    private readonly Dictionary<int, long> _quarantined = [];
    private readonly Queue<int> _replaced = new();
    private SystemMessageInbox _inbox = new();
    private int _uid;
    private int _outboundConnections;
    private bool _isFailing;
    private volatile bool _isRetired;
    private bool _isQuarantineKnown;

    /// <param name="remoting">Whose association it is.</param>
    /// <param name="remote">With whom.</param>
    /// <param name="numbersFloor">Above it are the numbers of the system messages.</param>
    internal Association(TcpRemoting remoting, Address remote, ulong numbersFloor)
    {
        _remoting = remoting;
        Remote = remote;
        Outbox = new SystemMessageOutbox(remoting.Settings.SysMsgBufferSize, numbersFloor);
        _control = new OutboundLane(this, Lane.Control);
        _bulk = new OutboundLane(this, Lane.Bulk);
    }

    internal Address Remote { get; }

    internal RemoteSettings Settings => _remoting.Settings;

    internal SystemMessageOutbox Outbox { get; }

    /// <summary>The incarnation last spoken with; 0 before the first handshake.</summary>
    internal int Uid
    {
        get
        {
            lock (_lock)
                return _uid;
        }
    }

    /// <summary>True once <see cref="TryRetire"/> has succeeded: the address has another association, or none.</summary>
    internal bool IsRetired => _isRetired;

    /// <summary>Sends a message, or makes it a dead letter. Never blocks. False, and nothing done, when it is retired.</summary>
    internal bool TrySend(object message, IActorRef? sender, RemoteActorRef recipient, Lane lane)
    {
        var outbound = lane == Lane.Control ? _control : _bulk;
        if (outbound.IsGated || _remoting.IsShutDown)
        {
            _remoting.DeadLetter(message, sender, recipient);
            return true;
        }

        if (!_remoting.TrySerialize(message, sender, recipient, out var serialized))
            return true;
        if (serialized.Payload.Length <= Settings.Tcp.FrameBytesMax)
            return outbound.TrySend(serialized);

        OnOversized(serialized);
        return true;
    }

    /// <summary>
    /// Sends a system message over the channel that repeats it until it is acknowledged. False, and nothing done, when it is retired.
    /// </summary>
    internal bool TrySendSystemMessage(SystemMessage message, RemoteActorRef recipient)
    {
        if (_remoting.IsShutDown || IsQuarantined || !_remoting.TrySerialize(message, null, recipient, out var serialized))
            return true;

        // A number must never be skipped, so what cannot be framed is refused before it gets one.
        if (serialized.Payload.Length + WireFormat.MessageOverheadBytesMax > WireFormat.FrameBytesMin)
        {
            OnOversized(serialized);
            return true;
        }

        bool isAdded;
        lock (_lock)
        {
            if (_isRetired)
                return false;
            isAdded = Outbox.TryAdd(serialized);
        }

        if (!isAdded)
            return TryGiveUp($"more than {Settings.SysMsgBufferSize} system messages wait for acknowledgement");

        _control.Wake();
        return true;
    }

    /// <summary>
    /// Ends an association that holds nothing: no connection, no message, no system message that is not acknowledged, no quarantine. What
    /// it still knows, the incarnation last spoken with, is learned again when it is spoken with again.
    /// </summary>
    internal bool TryRetire()
    {
        lock (_lock)
        {
            PruneQuarantined();
            if (_isRetired || _quarantined.Count > 0 || !Outbox.IsEmpty || _outboundConnections > 0
                || Array.Exists(_inbound, connection => connection is not null) || !_control.TryRetire())
            {
                return _isRetired;
            }

            if (!_bulk.TryRetire())
            {
                _control.Unretire();
                return false;
            }

            return _isRetired = true;
        }
    }

    internal bool HasSystemMessagesFor(Lane lane) => lane == Lane.Control && !Outbox.IsEmpty;

    /// <summary>Never again a word to or from that incarnation. False, and nothing done, when it is retired.</summary>
    internal bool TryQuarantine(int uid)
    {
        bool isCurrent;
        InboundConnection?[] inbound;
        lock (_lock)
        {
            if (_isRetired)
                return false;
            if (!_quarantined.TryAdd(uid, Environment.TickCount64))
                return true;

            PruneQuarantined();
            isCurrent = uid == _uid;
            inbound = isCurrent ? [.. _inbound] : [];
        }

        _remoting.Publish(new QuarantinedEvent(Remote, uid));
        if (!isCurrent)
            return true;

        Outbox.Reset();
        _control.Gate("quarantined");
        _bulk.Gate("quarantined");
        foreach (var connection in inbound)
            connection?.Quarantine();
        return true;
    }

    /// <summary>Drops what waits, as official remoting does when asked to quarantine a peer whose uid nobody knows.</summary>
    internal void Gate()
    {
        _control.Gate("gated");
        _bulk.Gate("gated");
    }

    /// <summary>True while the incarnation last spoken with is quarantined.</summary>
    internal bool IsQuarantined
    {
        get
        {
            lock (_lock)
                return _uid != 0 && _quarantined.ContainsKey(_uid);
        }
    }

    /// <summary>What to say first on a new outgoing connection.</summary>
    internal Hello Greet(Lane lane)
    {
        lock (_lock)
        {
            var quarantined = _quarantined.ContainsKey(_uid) ? _uid : 0;
            return new Hello(lane, _remoting.LocalAddress, _remoting.Uid, Remote, quarantined, _remoting.NextAttempt());
        }
    }

    internal FailureDetector NewTransportFailureDetector() => _remoting.NewTransportFailureDetector();

    /// <exception cref="ConnectionRefusedException">The incarnation reached is one not to be spoken with.</exception>
    internal void OnOutboundConnected(int uid)
    {
        bool isFirst;
        lock (_lock)
        {
            if (_quarantined.ContainsKey(uid))
                throw new ConnectionRefusedException(Refusal.Quarantined, $"the peer's uid {uid} is quarantined");
            if (_replaced.Contains(uid))
                throw new ConnectionRefusedException(Refusal.Stale, $"the peer's uid {uid} was replaced by another");

            Meet(uid);
            _isFailing = false;
            isFirst = _outboundConnections++ == 0;
        }

        _remoting.OnConnectionCount(+1);
        if (isFirst)
            _remoting.Publish(new AssociatedEvent(_remoting.LocalAddress, Remote, inbound: false));
    }

    internal void OnOutboundDisconnected(Lane lane, string reason, Exception? cause)
    {
        bool isLast;
        lock (_lock)
            isLast = --_outboundConnections == 0;

        _remoting.OnConnectionCount(-1);
        if (isLast)
            _remoting.Publish(new DisassociatedEvent(_remoting.LocalAddress, Remote, inbound: false));
        if (cause is WireFormatException)
            OnBadReply(cause.Message);
        else if (!_remoting.IsShutDown)
            _remoting.Log.Info("The {0} connection to [{1}] ended: {2}", lane, Remote, reason);
    }

    /// <summary>Connecting failed; the lane is gated. Only the first failure in a row is worth a warning.</summary>
    internal void OnConnectFailed(Lane lane, Exception cause)
    {
        if (_remoting.IsShutDown)
            return;

        bool isNew;
        lock (_lock)
        {
            isNew = !_isFailing;
            _isFailing = true;
        }

        if (cause is ConnectionRefusedException { Refusal: Refusal.Quarantined })
            OnQuarantinedByPeer();

        var isBadReply = cause is WireFormatException or ConnectionRefusedException { Refusal: Refusal.Version };
        if (isBadReply)
            OnBadReply(cause.Message);

        var reason = cause is OperationCanceledException ? new TimeoutException("it took too long", cause) : cause;
        var level = isNew && !isBadReply ? LogLevel.WarningLevel : LogLevel.DebugLevel;
        _remoting.Publish(new AssociationErrorEvent(
            new RemoteTransportException(
                $"No {lane} connection to [{Remote}], which is gated for {Settings.RetryGateClosedFor.TotalMilliseconds} ms: "
                + reason.Message,
                reason),
            _remoting.LocalAddress,
            Remote,
            inbound: false,
            level));

        var patience = Uid == 0 ? Settings.InitialSysMsgDeliveryTimeout : Settings.QuarantineSilentSystemTimeout;
        if (patience > TimeSpan.Zero && Outbox.Silence() > patience)
            TryGiveUp($"no system message was acknowledged for {patience}");
    }

    /// <summary>The peer will not speak with this incarnation again.</summary>
    internal void OnQuarantinedByPeer()
    {
        lock (_lock)
        {
            if (_isQuarantineKnown)
                return;
            _isQuarantineKnown = true;
        }

        _remoting.Publish(new ThisActorSystemQuarantinedEvent(_remoting.LocalAddress, Remote));
    }

    internal void OnAcknowledged(ulong number) => Outbox.Acknowledge(number);

    /// <summary>Called each heartbeat interval while there are connections.</summary>
    internal void OnHeartbeatTick()
    {
        if (Outbox.Silence() > Settings.SysResendTimeout)
            _control.Resend();

        _control.OnHeartbeatTick();
        _bulk.OnHeartbeatTick();
        InboundConnection?[] inbound;
        lock (_lock)
            inbound = [.. _inbound];
        foreach (var connection in inbound)
            connection?.OnHeartbeatTick();
    }

    internal Task CloseOutboundAsync(TimeSpan timeout) => Task.WhenAll(_control.CloseAsync(timeout), _bulk.CloseAsync(timeout));

    public void Dispose()
    {
        _control.Dispose();
        _bulk.Dispose();
    }

    /// <summary>Notes the incarnation that lives at the address now. Called with the lock held.</summary>
    private void Meet(int uid)
    {
        if (uid == _uid)
            return;

        if (_uid != 0)
        {
            _replaced.Enqueue(_uid);
            if (_replaced.Count > ReplacedMax)
                _replaced.Dequeue();

            Outbox.Reset();
            foreach (var connection in _inbound)
                connection?.Abort("the peer was restarted");
            _control.AbortUnlessTo(uid, "the peer was restarted");
            _bulk.AbortUnlessTo(uid, "the peer was restarted");
        }

        _uid = uid;
        _inbox = new SystemMessageInbox();
        _isQuarantineKnown = false;
        Array.Clear(_inboundAttempts);
    }

    private bool TryGiveUp(string reason)
    {
        _remoting.Log.Warning("System messages for [{0}] are given up: {1}", Remote, reason);
        var uid = Uid;
        if (uid != 0)
            return TryQuarantine(uid);

        Outbox.Reset();
        return true;
    }

    private void PruneQuarantined()
    {
        var oldest = Environment.TickCount64 - Settings.QuarantineDuration.TotalMilliseconds;
        foreach (var uid in _quarantined.Where(q => q.Value < oldest).Select(q => q.Key).ToList())
            _quarantined.Remove(uid);
    }
}
