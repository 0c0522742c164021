using System.Net.Sockets;
using System.Runtime.CompilerServices;
using AkkaKv.Core;
using AkkaKv.Resp;

namespace AkkaKv.Gateway;

/// <summary>
/// One client's connection. It reads what the client sent, answers all complete requests in their order, and sends the replies
/// with one write. Reads are served on this thread from the replica's memory; writes that follow each other go to the replica
/// as one message. While an answer is awaited or replies are not taken, nothing more is read: the bounds of a connection
/// are those of its buffers.
/// </summary>
internal sealed partial class ClientSession : IDisposable
{
    /// <summary>Replies are sent before they grow beyond this, in bytes.</summary>
    private const int OutputBytesMax = 256 * 1024;

    private const long Never = long.MaxValue;

    private readonly Socket _socket;
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationToken _whenDraining;
    private readonly ReceiveBuffer _input = new();
    private readonly RequestParser _parser;
    private readonly WriteRun _run;
    private readonly ReplicaCall _call;
    private readonly long _giveUpMilliseconds;
    private long _abortAt = Never;
    private long _giveUpAt = Never;
    private long _restUntil = Never;
    private int _commandsServed;

    public ClientSession(GatewayContext gateway, Socket socket, long id)
    {
        Gateway = gateway;
        _socket = socket;
        _whenDraining = _draining.Token;
        var needsPassword = gateway.Settings.Password is not null;
        Client = new ClientInfo(id, socket.RemoteEndPoint, socket.LocalEndPoint, !needsPassword);
        _parser = new RequestParser(needsPassword ? RespLimits.BeforeAuthentication : gateway.Settings.RespLimits);
        _run = new WriteRun(gateway.Settings);
        _call = new ReplicaCall(ReadStore);

        // The replica answers within its own timeout, a read perhaps after two. Far beyond that no answer is coming.
        var deadline = gateway.Settings.AnswerDeadline ?? ((3 * gateway.Settings.RequestTimeout) + TimeSpan.FromSeconds(5));
        _giveUpMilliseconds = (long)deadline.TotalMilliseconds;
    }

    public GatewayContext Gateway { get; }

    public ClientInfo Client { get; }

    public ReplyWriter Replies { get; } = new();

    /// <summary>Serves the client until it leaves, errs, or is sent away. Never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ServeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The client is gone or was cut off: there is nobody left to tell.
        }
        finally
        {
            Gateway.CountCommands(_commandsServed);
            Dispose();
        }
    }

    /// <summary>Gives back what the connection holds. Nobody else uses it by then: <see cref="RunAsync"/> ends with this.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _draining.Dispose();
        _input.Dispose();
        Replies.Dispose();
        _capture?.Dispose();
    }

    /// <summary>Ends the connection at once, whatever it is doing. Callable from any thread.</summary>
    public void Abort() => _socket.Dispose();

    /// <summary>
    /// Takes no more requests than have arrived or begun to: the client sees its replies, then the end. Callable from any thread.
    /// </summary>
    public void Drain()
    {
        try
        {
            _draining.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Already on its way out.
        }
    }

    /// <summary>Looks at the deadlines. Called now and then by the gateway, on its own thread.</summary>
    /// <param name="now">Milliseconds of <see cref="Environment.TickCount64"/>.</param>
    public void CheckDeadlines(long now)
    {
        if (now >= Volatile.Read(ref _abortAt))
            Abort();
        if (now >= Volatile.Read(ref _giveUpAt))
            _call.GiveUp();
    }

    /// <summary>Waits for no answer: the client is told what is known, and the connection ends. Callable from any thread.</summary>
    public void GiveUp() => _call.GiveUp();

    /// <summary>After AUTH: the full limits hold from the next request on.</summary>
    public void Admit()
    {
        Client.IsAuthenticated = true;
        _parser.Use(Gateway.Settings.RespLimits);
    }

    /// <summary>The connection ends when the replies so far are sent.</summary>
    public void Close() => _isClosing = true;

    /// <summary>The steps it awaits keep their state in pooled objects: waiting for the next request costs no allocation.</summary>
    private async Task ServeAsync()
    {
        while (true)
        {
            switch (Advance())
            {
                case Step.Submit:
                    await SubmitAsync().ConfigureAwait(false);
                    break;
                case Step.AskKey:
                    await AskAsync(ReadScope.Key).ConfigureAwait(false);
                    break;
                case Step.AskStore:
                    await AskAsync(ReadScope.WholeStore).ConfigureAwait(false);
                    break;
                case Step.Send:
                    await SendAsync().ConfigureAwait(false);
                    break;
                case Step.Receive:
                    await SendAsync().ConfigureAwait(false);
                    if (await ReceiveAsync().ConfigureAwait(false))
                        break;
                    if (_whenDraining.IsCancellationRequested)
                        await PartAsync().ConfigureAwait(false);
                    return;
                default:
                    await SendAsync().ConfigureAwait(false);
                    await PartAsync().ConfigureAwait(false);
                    return;
            }

            if (_call.IsAbandoned)
                Close();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SubmitAsync()
    {
        var status = ReplyStatus.Committed;
        if (_run.Count > 0)
        {
            var count = _run.Count;
            Volatile.Write(ref _giveUpAt, Environment.TickCount64 + _giveUpMilliseconds);
            status = await _call.Submit(Gateway.KeyValue, _run.Take(), count).ConfigureAwait(false);
            Volatile.Write(ref _giveUpAt, Never);
        }

        _run.WriteReplies(Replies, status, _call.Results.Span);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AskAsync(ReadScope scope)
    {
        Volatile.Write(ref _giveUpAt, Environment.TickCount64 + _giveUpMilliseconds);
        var status = await _call.Read(Gateway.KeyValue, scope, CurrentKey(scope)).ConfigureAwait(false);
        Volatile.Write(ref _giveUpAt, Never);
        FinishRead(status);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync()
    {
        if (Replies.Length == 0)
            return;

        Volatile.Write(ref _abortAt, Environment.TickCount64 + (long)Gateway.Settings.OutputDeadline.TotalMilliseconds);
        var rest = Replies.Written;
        while (!rest.IsEmpty)
        {
            var sent = await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false);
            rest = rest[sent..];
        }

        Replies.Clear();
        Volatile.Write(ref _abortAt, Never);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveAsync()
    {
        Gateway.CountCommands(_commandsServed);
        _commandsServed = 0;
        SetReceiveDeadline();

        int received;
        try
        {
            received = _turn is null
                ? await _socket.ReceiveAsync(_input.Room(), SocketFlags.None, _whenDraining).ConfigureAwait(false)
                : await ReceiveAsSubscriberAsync(_turn).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            received = await ReceiveRestAsync().ConfigureAwait(false);
        }

        _input.Filled(received);
        Client.LastActive = Environment.TickCount64;
        return received > 0;
    }

    /// <summary>While the server drains: what has arrived, and what a request that has begun still lacks; 0 for no more.</summary>
    private async ValueTask<int> ReceiveRestAsync()
    {
        _restUntil = Math.Min(_restUntil, Environment.TickCount64 + (long)Gateway.Settings.DrainGrace.TotalMilliseconds);
        var left = _restUntil - Environment.TickCount64;
        if (left <= 0 || (_input.IsEmpty && _socket.Available == 0))
            return 0;

        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(left));
        try
        {
            return await _socket.ReceiveAsync(_input.Room(), SocketFlags.None, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>
    /// Ends the connection in good order. Input that a closed socket has not read, or gets afterwards, makes TCP reset the
    /// connection, and the client may lose replies that were sent to it; so whatever it still sends is taken, and thrown away, until it
    /// hangs up. None of that was executed, and none is answered.
    /// </summary>
    private async ValueTask PartAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        _input.Consume(_input.Unread.Length);
        using var limit = new CancellationTokenSource(Gateway.Settings.PartingGrace);
        try
        {
            while (await _socket.ReceiveAsync(_input.Room(), SocketFlags.None, limit.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // It reads replies later, or never.
        }
    }

    private void SetReceiveDeadline()
    {
        if (!_input.IsEmpty)
        {
            // The request has begun. Its time runs from the first byte, so a trickle of bytes does not prolong it.
            _requestBegan = _requestBegan == Never ? Environment.TickCount64 : _requestBegan;
            Volatile.Write(ref _abortAt, _requestBegan + (long)Gateway.Settings.RequestDeadline.TotalMilliseconds);
            return;
        }

        _requestBegan = Never;
        var idle = Gateway.IdleTimeoutMilliseconds;
        Volatile.Write(ref _abortAt, idle > 0 ? Environment.TickCount64 + idle : Never);
    }
}
