using System.Threading.Tasks.Sources;
using Akka.Actor;
using AkkaKv.Core;
using AkkaKv.Core.State;

namespace AkkaKv.Gateway;

/// <summary>
/// The one question that a session has under way with its replica. Used again for the next one, so waiting costs no
/// allocation; an answer that comes after the session gave up is ignored, and such a session asks nothing more.
/// </summary>
/// <param name="read">Looks up what the session's current command asks for; runs on the replica's thread.</param>
internal sealed class ReplicaCall(Action<KeyValueState> read) : IClientReplySink, IClientReadSink, IValueTaskSource<ReplyStatus>
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Answering = 2;

    // Continuations go to the thread pool: the replica's thread must not run a session's code.
    private ManualResetValueTaskSourceCore<ReplyStatus> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;
    private bool _isRead;

    /// <summary>The results of a committed submission.</summary>
    public ReadOnlyMemory<byte> Results { get; private set; }

    /// <summary>True when the replica never answered: the connection must end, because an answer may still come.</summary>
    public bool IsAbandoned { get; private set; }

    public ValueTask<ReplyStatus> Submit(IActorRef keyValue, ReadOnlyMemory<byte> commands, int count)
    {
        Begin(isRead: false);
        keyValue.Tell(new ClientRequest(commands, count, this), ActorRefs.NoSender);
        return new ValueTask<ReplyStatus>(this, _source.Version);
    }

    public ValueTask<ReplyStatus> Read(IActorRef keyValue, ReadScope scope, ReadOnlyMemory<byte> key)
    {
        Begin(isRead: true);
        keyValue.Tell(new ClientRead(scope, key, this), ActorRefs.NoSender);
        return new ValueTask<ReplyStatus>(this, _source.Version);
    }

    /// <summary>Answers in the replica's place when it did not in a time in which it should have. Callable from any thread.</summary>
    public void GiveUp()
    {
        if (!TryClaim())
            return;

        IsAbandoned = true;
        Complete(_isRead ? ReplyStatus.TryAgain : ReplyStatus.Uncertain);
    }

    public void OnReply(ClientReply reply)
    {
        if (!TryClaim())
            return;

        Results = reply.Results;
        Complete(reply.Status);
    }

    public void OnReadable(KeyValueState state)
    {
        if (!TryClaim())
            return;

        read(state);
        Complete(ReplyStatus.Committed);
    }

    public void OnRefused(ReplyStatus status)
    {
        if (TryClaim())
            Complete(status);
    }

    public ReplyStatus GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Begin(bool isRead)
    {
        _isRead = isRead;
        Results = default;
        _source.Reset();
        Volatile.Write(ref _state, Waiting);
    }

    /// <summary>Whoever changes the state from waiting answers; everyone later is too late.</summary>
    private bool TryClaim() => Interlocked.CompareExchange(ref _state, Answering, Waiting) == Waiting;

    private void Complete(ReplyStatus status)
    {
        Volatile.Write(ref _state, Idle);
        _source.SetResult(status);
    }
}
