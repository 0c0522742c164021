#nullable enable
namespace Akka.Remote.Transport;

/// <summary>
/// One lane of an association: a queue, and a connection that is opened when there is something to send. Senders put into the queue,
/// and write to a connection that has nothing else to do; the lane's loop connects, writes what they left and, when that fails, closes
/// the gate.
/// <code>
/// Idle     --message-->               Running
/// Running  --connection broke-->      Running again at once if something waits and the connection had lasted, else Idle
/// Running  --could not connect-->     Gated for retry-gate-closed-for; what waits goes to dead letters
/// Gated    --message after the gate-> Running
/// Gated    --the peer connects-->     as when the gate's time is over
/// any      --CloseAsync-->            Closed
/// </code>
/// </summary>
internal sealed partial class OutboundLane(Association association, Lane lane) : IDisposable
{
    private enum State
    {
        Idle,
        Running,
        Gated,
        Closed,
    }

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly AsyncSignal _signal = new();
    private readonly RemoteSettings _settings = association.Settings;
    private readonly OutboundQueue _queue = new(association.Settings.QueueMessagesMax, association.Settings.QueueBytesMax);
    private State _state;
    private long _gatedUntilMillis;
    private volatile OutboundConnection? _connection;
    private volatile LaneWriter? _writer;
    private Task _loop = Task.CompletedTask;
    private volatile bool _isClosing;
    private int _resendDue;
    private int _isRetryScheduled;

    /// <summary>True while messages go to dead letters because connecting failed a short while ago.</summary>
    internal bool IsGated => Environment.TickCount64 < Volatile.Read(ref _gatedUntilMillis);

    /// <summary>
    /// Queues the message. Never blocks. What does not fit, or comes while the gate is closed, goes to dead letters. False, and
    /// nothing done, when the lane is retired.
    /// </summary>
    internal bool TrySend(in OutboundMessage message)
    {
        switch (_queue.Add(message))
        {
            case Offer.QueuedFirst:
                if (_writer is not { } writer || !writer.TryWriteAtOnce(message))
                    Wake();
                break;
            case Offer.Full:
                association.OnQueueOverflow(lane, message);
                break;
            case Offer.Closed:
                return false;
        }

        return true;
    }

    /// <summary>Takes no more messages, if the lane is at rest.</summary>
    internal bool TryRetire()
    {
        lock (_lock)
            return _state is State.Idle or State.Gated && !IsGated && _queue.TryClose();
    }

    /// <summary>Takes back a <see cref="TryRetire"/>.</summary>
    internal void Unretire() => _queue.Reopen();

    /// <summary>Sees to it that what waits is sent, or dropped.</summary>
    internal void Wake()
    {
        var drop = false;
        lock (_lock)
        {
            switch (_state)
            {
                case State.Idle:
                case State.Gated when !IsGated:
                    _state = State.Running;
                    _loop = Task.Run(RunAsync);
                    break;
                case State.Running:
                    _signal.Set();
                    break;
                default:
                    drop = true;
                    break;
            }
        }

        if (!drop)
            return;

        DropQueue();
        if (association.HasSystemMessagesFor(lane))
            ScheduleRetry();
    }

    /// <summary>Called each heartbeat interval while there are connections.</summary>
    internal void OnHeartbeatTick()
    {
        var connection = _connection;
        if (connection is null)
            return;

        connection.OnHeartbeatTick();
        if (_writer is not { } writer || !writer.TryWriteHeartbeat())
            _signal.Set();
    }

    /// <summary>Sends the unacknowledged system messages once more.</summary>
    internal void Resend()
    {
        Volatile.Write(ref _resendDue, 1);
        _signal.Set();
    }

    /// <summary>Breaks the connection, if there is one that does not lead to this incarnation.</summary>
    internal void AbortUnlessTo(int uid, string reason)
    {
        var connection = _connection;
        if (connection is not null && connection.PeerUid != uid)
            connection.Abort(reason);
    }

    /// <summary>Closes the gate and breaks the connection; what waits goes to dead letters.</summary>
    internal void Gate(string reason)
    {
        lock (_lock)
        {
            CloseGate();
            if (_state == State.Idle)
                _state = State.Gated;
        }

        _connection?.Abort(reason);
        DropQueue();
    }

    /// <summary>
    /// Opens the gate: the peer has connected, so it is there. The answer to the first thing that a restarted peer asks would be dropped
    /// otherwise.
    /// </summary>
    internal void OpenGate() => Volatile.Write(ref _gatedUntilMillis, 0);

    /// <summary>
    /// Sends what waits and waits until the peer has read it, or <paramref name="timeout"/> has passed; then closes for good.
    /// </summary>
    internal async Task CloseAsync(TimeSpan timeout)
    {
        _isClosing = true;
        Task loop;
        lock (_lock)
        {
            loop = _loop;
            if (_state is State.Idle or State.Gated)
                _state = State.Closed;
        }

        _signal.Set();
        if (_connection is null && _queue.IsEmpty)
            await _closed.CancelAsync().ConfigureAwait(false);

        try
        {
            await loop.WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _closed.CancelAsync().ConfigureAwait(false);
            _connection?.Abort("the system is shutting down");
            await loop.ConfigureAwait(false);
        }

        await _closed.CancelAsync().ConfigureAwait(false);
        DropQueue();
    }

    public void Dispose() => _closed.Dispose();

    private async Task RunAsync()
    {
        while (await ConnectAndWriteAsync().ConfigureAwait(false))
        {
            // Something waits and the last connection had lasted: the peer was restarted, or a middlebox cut the connection.
        }
    }

    /// <summary>Lives through one connection. True when the next one shall be opened at once.</summary>
    private async Task<bool> ConnectAndWriteAsync()
    {
        OutboundConnection? connection = null;
        try
        {
            var hello = association.Greet(lane);
            connection = await OutboundConnection.OpenAsync(hello, _settings, association.NewTransportFailureDetector(), _closed.Token)
                .ConfigureAwait(false);
            association.OnOutboundConnected(connection.PeerUid);
        }
        catch (Exception e)
        {
            connection?.Abort(e.Message);
            connection?.Dispose();
            return EndRun(reconnect: false, gate: true, () => association.OnConnectFailed(lane, e));
        }

        var openedAt = Environment.TickCount64;
        _connection = connection;
        var cause = await WriteUntilBrokenAsync(connection).ConfigureAwait(false);
        _connection = null;
        connection.Dispose();
        association.OnOutboundDisconnected(lane, connection.ReasonOf(cause), cause);

        var lasted = Environment.TickCount64 - openedAt >= _settings.RetryGateClosedFor.TotalMilliseconds;
        return EndRun(reconnect: lasted, gate: !lasted, () => { });
    }

    /// <summary>Decides what comes after a connection and leaves the state in which the loop may end.</summary>
    private bool EndRun(bool reconnect, bool gate, Action onEnd)
    {
        bool again;
        lock (_lock)
        {
            gate |= IsGated;
            again = reconnect && !gate && !_isClosing && (!_queue.IsEmpty || association.HasSystemMessagesFor(lane));
            if (_isClosing)
            {
                _state = State.Closed;
            }
            else if (gate)
            {
                CloseGate();
                _state = State.Gated;
            }
            else if (!again)
            {
                _state = State.Idle;
            }
        }

        onEnd();
        if (again)
            return true;

        if (gate || _isClosing)
            DropQueue();
        if (association.HasSystemMessagesFor(lane))
            ScheduleRetry();
        return false;
    }

    private void CloseGate() =>
        Volatile.Write(ref _gatedUntilMillis, Environment.TickCount64 + (long)_settings.RetryGateClosedFor.TotalMilliseconds);

    /// <summary>System messages are not given up when a connection fails: they are what must get through.</summary>
    private void ScheduleRetry()
    {
        if (!_isClosing && Interlocked.Exchange(ref _isRetryScheduled, 1) == 0)
            _ = RetryAfterGateAsync();
    }

    private async Task RetryAfterGateAsync()
    {
        await Task.Delay(_settings.RetryGateClosedFor + TimeSpan.FromMilliseconds(20), _closed.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _isRetryScheduled, 0);
        if (!_isClosing && association.HasSystemMessagesFor(lane))
            Wake();
    }

    private void DropQueue()
    {
        OutboundMessage[] batch = [];
        for (var count = _queue.TakeAll(ref batch); count > 0; count = _queue.TakeAll(ref batch))
        {
            for (var i = 0; i < count; i++)
            {
                association.DeadLetter(batch[i]);
                _queue.Release(batch[i].QueueBytes);
            }

            Array.Clear(batch, 0, count);
        }
    }
}
