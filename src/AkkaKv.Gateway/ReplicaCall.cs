using Akka.Actor;
using AkkaKv.Core;
using AkkaKv.Core.State;

namespace AkkaKv.Gateway;

/// <summary>
/// The one question that a session has under way with its replica. Used again for the next one, so waiting costs no
/// allocation; an answer that comes after the session gave up is ignored, and such a session asks nothing more.
/// </summary>
/// <param name="read">Looks up what the session's current command asks for; runs on the replica's thread.</param>
/// <param name="answered">
/// Says that the answer is there; runs on the thread that brought it, which must not run a session's code.
/// </param>
internal sealed class ReplicaCall(Action<KeyValueState> read, Action answered) : IClientReplySink, IClientReadSink
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Answering = 2;

    private int _state;

    /// <summary>True for a read, false for a submission: the last one that was made.</summary>
    public bool IsRead { get; private set; }

    /// <summary>What became of it, once it is answered.</summary>
    public ReplyStatus Status { get; private set; }

    /// <summary>The results of a committed submission.</summary>
    public ReadOnlyMemory<byte> Results { get; private set; }

    /// <summary>True when the replica never answered: the connection must end, because an answer may still come.</summary>
    public bool IsAbandoned { get; private set; }

    public void Submit(IActorRef keyValue, ReadOnlyMemory<byte> commands, int count)
    {
        Begin(isRead: false);
        keyValue.Tell(new ClientRequest(commands, count, this), ActorRefs.NoSender);
    }

    public void Read(IActorRef keyValue, ReadScope scope, ReadOnlyMemory<byte> key)
    {
        Begin(isRead: true);
        keyValue.Tell(new ClientRead(scope, key, this), ActorRefs.NoSender);
    }

    /// <summary>Answers in the replica's place when it did not in a time in which it should have. Callable from any thread.</summary>
    public void GiveUp()
    {
        if (!TryClaim())
            return;

        IsAbandoned = true;
        Complete(IsRead ? ReplyStatus.TryAgain : ReplyStatus.Uncertain);
    }

    /// <summary>Wants no answer any more.</summary>
    /// <returns>False when it is just being given: that it is there will be said once more.</returns>
    public bool TryCancel() => TryClaim() || Volatile.Read(ref _state) == Idle;

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

    private void Begin(bool isRead)
    {
        IsRead = isRead;
        Results = default;
        Volatile.Write(ref _state, Waiting);
    }

    /// <summary>Whoever changes the state from waiting answers; everyone later is too late.</summary>
    private bool TryClaim() => Interlocked.CompareExchange(ref _state, Answering, Waiting) == Waiting;

    private void Complete(ReplyStatus status)
    {
        Status = status;
        Volatile.Write(ref _state, Idle);
        answered();
    }
}
