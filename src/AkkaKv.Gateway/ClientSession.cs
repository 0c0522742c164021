using System.Net.Sockets;
using AkkaKv.Core;
using AkkaKv.Gateway.Polling;
using AkkaKv.Resp;

namespace AkkaKv.Gateway;

/// <summary>
/// One client's connection. It reads what the client sent, answers all complete requests in their order, and sends the replies
/// with one write. Reads are served on this thread, its event loop's, from the replica's memory; writes that follow each other go to the
/// replica as one message. While an answer is awaited or replies are not taken, nothing more is read: the bounds of a connection
/// are those of its buffers.
/// </summary>
/// <remarks>
/// It never waits: it does what it can, notes in its phase what it needs to go on, and returns to the loop. At any moment its buffers
/// belong to one thread: the loop's, or while the phase is <see cref="Phase.Asking"/> the replica's, which may run a read, or while it is
/// <see cref="Phase.Away"/> one of the pool's.
/// </remarks>
internal sealed partial class ClientSession : LoopMember, IDisposable
{
    private const long Never = long.MaxValue;

    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly Action<ClientSession, Exception?> _ended;
    private readonly ReceiveBuffer _input = new();
    private readonly RequestParser _parser;
    private readonly WriteRun _run;
    private ReplyWriter? _replies;
    private readonly ReplicaCall _call;
    private readonly long _giveUpMilliseconds;
    private Phase _phase;
    private long _abortAt = Never;
    private long _giveUpAt = Never;
    private bool _isDraining;
    private bool _isHungUp;
    private int _commandsServed;
    private Exception? _failure;

    /// <param name="loop">Where it will live, once it was told to <see cref="Begin"/>.</param>
    /// <param name="ended">Called when the connection is closed, with what was wrong with the session if anything was.</param>
    public ClientSession(GatewayContext gateway, EventLoop loop, Socket socket, long id, Action<ClientSession, Exception?> ended)
        : base(loop)
    {
        Gateway = gateway;
        _socket = socket;
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        _ended = ended;
        var needsPassword = gateway.Settings.Password is not null;
        Client = new ClientInfo(id, socket.RemoteEndPoint, socket.LocalEndPoint, !needsPassword);
        _parser = new RequestParser(needsPassword ? RespLimits.BeforeAuthentication : gateway.Settings.RespLimits);
        _run = new WriteRun(gateway.Settings);
        _readKey = ReadKey;
        _call = new ReplicaCall(ReadStore, () => Post(Signals.Answered));

        // The replica answers within its own timeout, a read perhaps after two. Far beyond that no answer is coming.
        var deadline = gateway.Settings.AnswerDeadline ?? ((3 * gateway.Settings.RequestTimeout) + TimeSpan.FromSeconds(5));
        _giveUpMilliseconds = (long)deadline.TotalMilliseconds;
    }

    /// <summary>What it needs to go on.</summary>
    private enum Phase : byte
    {
        /// <summary>To be told to begin.</summary>
        New,

        /// <summary>Nothing: it is going on.</summary>
        Running,

        /// <summary>Input.</summary>
        Receiving,

        /// <summary>Room for the rest of the replies.</summary>
        Sending,

        /// <summary>The replica's answer.</summary>
        Asking,

        /// <summary>The end of something long that runs on the thread pool.</summary>
        Away,

        /// <summary>Its next turn: the others come first.</summary>
        Queueing,

        /// <summary>The client to hang up.</summary>
        Parting,

        /// <summary>Nothing: it is over.</summary>
        Ended,
    }

    public GatewayContext Gateway { get; }

    public ClientInfo Client { get; }

    /// <summary>Where replies are written; there is one in every turn, and until its content is sent.</summary>
    public ReplyWriter Replies => _replies!;

    /// <summary>Serves the client until it leaves, errs, or is sent away. Callable from any thread, once.</summary>
    public void Begin()
    {
        Loop.Expect();
        Post(Signals.Begin);
    }

    /// <summary>Ends the connection at once, whatever it is doing. Callable from any thread.</summary>
    public void Abort() => Post(Signals.Abort);

    /// <summary>
    /// Takes no more requests than have arrived or begun to: the client sees its replies, then the end. Callable from any thread.
    /// </summary>
    public void Drain() => Post(Signals.Drain);

    /// <summary>Looks at the deadlines. Called now and then by the gateway, on its own thread.</summary>
    /// <param name="now">Milliseconds of <see cref="Environment.TickCount64"/>.</param>
    public void CheckDeadlines(long now)
    {
        if (now >= Volatile.Read(ref _abortAt))
            Post(Signals.Late);
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

    public override void OnReady(int ready)
    {
        switch (_phase)
        {
            case Phase.Receiving:
                BeginTurn();
                _isReadable = true;
                if (TryReceive())
                    Continue();
                break;
            case Phase.Sending:
                BeginTurn();
                if (TrySend())
                    Continue();
                break;
            case Phase.Parting:
                Discard();
                break;
            case Phase.Asking or Phase.Away when (ready & (LibC.Error | LibC.HangUp)) != 0:
                End(null); // Reset: nobody is left to be told.
                break;
            case Phase.Asking or Phase.Away:
                Watch(0); // It goes on sending, and is not read before it has its answers.
                break;
            default:
                break;
        }
    }

    public override void OnSignals(int signals)
    {
        if ((signals & Signals.Begin) != 0)
            Join();
        if ((signals & (Signals.Answered | Signals.Returned)) != 0)
            Resume();
        if ((signals & Signals.Message) != 0)
            OweMessage();
        if ((signals & Signals.Drain) != 0)
            StartDraining();
        if ((signals & Signals.Late) != 0 && _phase is Phase.Receiving or Phase.Sending && Loop.Now >= _abortAt)
            End(null); // It is the client that is waited for, and it has had its time.
        if ((signals & Signals.Abort) != 0)
            End(null);
    }

    public override void OnTime()
    {
        if (_phase == Phase.Parting && Loop.Now >= _partUntil)
            End(null); // It reads replies later, or never.
        else if (_isDraining)
            GoOnDraining();
    }

    public override void OnTurn()
    {
        if (_phase != Phase.Queueing)
            return;

        BeginTurn();
        Continue();
    }

    public override void OnFailure(Exception failure) => End(failure);

    private void Join()
    {
        _watched = LibC.In;
        Loop.Join(this, _descriptor, _watched);
        _phase = Phase.Receiving;
        SetReceiveDeadline();
    }

    private void BeginTurn()
    {
        if (_replies is null)
        {
            _replies = Loop.Replies.Take();
            _replies.IsResp3 = Client.IsResp3;
        }

        _answersLeft = AnswersOfTurn;
        _hasReceived = false;
    }

    /// <summary>Goes on until something must be waited for, and notes for what.</summary>
    private void Continue()
    {
        _phase = Phase.Running;
        while (true)
        {
            if (_call.IsAbandoned)
                Close();

            switch (Advance())
            {
                case Step.Submit:
                    if (!Submit())
                        return;
                    break;
                case Step.AskKey:
                    Ask(ReadScope.Key);
                    return;
                case Step.AskStore:
                    Ask(ReadScope.WholeStore);
                    return;
                case Step.GoAway:
                    GoAway();
                    return;
                case Step.Send:
                    if (TrySend())
                        Queue();
                    return;
                case Step.Receive:
                    WriteMessage();
                    if (!TrySend() || !TryReceive())
                        return;
                    break;
                default:
                    if (TrySend())
                        Part();
                    return;
            }
        }
    }

    private void Queue()
    {
        _phase = Phase.Queueing;
        Loop.CallAgain(this);
    }

    /// <summary>
    /// Closes the socket, here and nowhere else: on another thread the number of its descriptor could be given to a new connection
    /// while an event of the old one is still to be looked at.
    /// </summary>
    private void End(Exception? failure)
    {
        if (_phase == Phase.Ended)
            return;

        if (!_isHungUp)
        {
            _isHungUp = true;
            if (_phase != Phase.New)
                Loop.Forget(this, _descriptor);
            _socket.Dispose();
        }

        _failure ??= failure;
        var isBusy = _phase == Phase.Away || (_phase == Phase.Asking && !_call.TryCancel());
        if (!isBusy)
            Finish(_failure); // Otherwise as soon as the other thread lets go of the buffers.
    }

    /// <summary>Lets go of the socket and the buffers, once no thread uses them.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _input.Dispose();
        _replies?.Dispose();
        _capture?.Dispose();
    }

    private void Finish(Exception? failure)
    {
        if (_phase == Phase.Ended)
            return;

        _phase = Phase.Ended;
        Gateway.CountCommands(_commandsServed);
        Dispose();
        Loop.Leave();
        _ended(this, failure);
    }

    /// <summary>What other threads tell a session.</summary>
    private static class Signals
    {
        public const int Begin = 1;
        public const int Answered = 2;
        public const int Returned = 4;
        public const int Message = 8;
        public const int Drain = 16;
        public const int Late = 32;
        public const int Abort = 64;
    }
}
