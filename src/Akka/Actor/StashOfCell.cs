#nullable enable
namespace Akka.Actor;

/// <summary>The stash of one actor; what it gives back goes to the front of its cell's mail.</summary>
internal sealed class StashOfCell(ActorCell cell, int capacity) : IStash
{
    private readonly LinkedList<Envelope> _set = [];
    private long _lastEnvelope;
    private readonly int _capacity = capacity > 0 ? capacity : -1;

    public int Count => _set.Count;

    public bool IsEmpty => _set.Count == 0;

    public bool NonEmpty => _set.Count > 0;

    public bool IsFull => _capacity >= 0 && _set.Count >= _capacity;

    public int Capacity => _capacity;

    public void Stash()
    {
        var message = cell.CurrentMessage ?? throw new IllegalActorStateException("There is no message at hand to stash.");
        if (_lastEnvelope == cell.EnvelopeNumber)
            throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
        if (IsFull)
            throw new StashOverflowException($"The stash of {cell.Self} is full with {_capacity} messages: no room for {message}.");

        _lastEnvelope = cell.EnvelopeNumber;
        _set.AddLast(new Envelope(message, cell.Sender));
    }

    public void Unstash()
    {
        if (_set.First is not { } first)
            return;

        _set.RemoveFirst();
        cell.PrependMail([first.Value]);
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        if (_set.Count > 0)
            cell.PrependMail([.. ClearStash().Where(predicate)]);
    }

    public IEnumerable<Envelope> ClearStash()
    {
        Envelope[] all = [.. _set];
        _set.Clear();
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Reverse())
            _set.AddFirst(envelope);
    }
}
