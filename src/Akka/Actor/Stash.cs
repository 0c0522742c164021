namespace Akka.Actor;

/// <summary>Sets messages aside that an actor cannot handle in its present state.</summary>
public interface IStash
{
    int Count { get; }

    bool IsEmpty { get; }

    bool NonEmpty { get; }

    bool IsFull { get; }

    /// <summary>Messages it can hold; -1 for no limit.</summary>
    int Capacity { get; }

    /// <summary>Sets the message at hand aside.</summary>
    /// <exception cref="IllegalActorStateException">It was set aside already.</exception>
    /// <exception cref="StashOverflowException">The stash is full.</exception>
    void Stash();

    /// <summary>Puts the oldest message back, before all mail that waits.</summary>
    void Unstash();

    /// <summary>Puts all messages back in their order, before all mail that waits.</summary>
    void UnstashAll();

    /// <summary>The same for the messages that <paramref name="predicate"/> picks; the others are dropped.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Takes all messages out and gives them to the caller.</summary>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Puts messages before those in the stash.</summary>
    void Prepend(IEnumerable<Envelope> envelopes);
}

/// <summary>An actor that gets a stash from the engine.</summary>
public interface IActorStash
{
    IStash Stash { get; set; }
}

/// <summary>An actor with a stash as large as its Props say, without limit unless they do.</summary>
public interface IWithStash : IActorStash;

/// <summary>An actor with a stash without limit.</summary>
public interface IWithUnboundedStash : IWithStash;

/// <summary>An <see cref="UntypedActor"/> with a stash.</summary>
public abstract class UntypedActorWithStash : UntypedActor, IWithStash
{
    public IStash Stash { get; set; }
}
