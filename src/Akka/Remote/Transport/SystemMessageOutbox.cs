#nullable enable
namespace Akka.Remote.Transport;

/// <summary>
/// System messages to a peer, kept until the peer acknowledges them. Their numbers never go back, whatever is forgotten meanwhile, so
/// that none can be mistaken for one that the peer has had. Safe to use from several threads.
/// </summary>
/// <param name="messagesMax">How many may wait for acknowledgement.</param>
/// <param name="floor">The first number is the one after it.</param>
internal sealed class SystemMessageOutbox(int messagesMax, ulong floor)
{
    private readonly Lock _lock = new();
    private readonly Queue<Numbered> _unacknowledged = new();
    private ulong _lastNumber = floor;
    private ulong _acknowledged = floor;
    private long _waitingSinceMillis;

    internal readonly record struct Numbered(ulong Number, OutboundMessage Message);

    internal bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _unacknowledged.Count == 0;
        }
    }

    /// <summary>The number given last.</summary>
    internal ulong LastNumber
    {
        get
        {
            lock (_lock)
                return _lastNumber;
        }
    }

    /// <summary>The number up to which the peer has everything, or shall not have it any more.</summary>
    internal ulong Acknowledged
    {
        get
        {
            lock (_lock)
                return _acknowledged;
        }
    }

    /// <summary>False when so many wait for acknowledgement that the peer must be given up.</summary>
    internal bool TryAdd(in OutboundMessage message)
    {
        lock (_lock)
        {
            if (_unacknowledged.Count >= messagesMax)
                return false;
            if (_unacknowledged.Count == 0)
                _waitingSinceMillis = Environment.TickCount64;

            _unacknowledged.Enqueue(new Numbered(++_lastNumber, message));
            return true;
        }
    }

    /// <summary>Adds the messages with a number above <paramref name="sent"/> to <paramref name="target"/>, in order.</summary>
    internal void CopyAfter(ulong sent, List<Numbered> target)
    {
        lock (_lock)
        {
            if (sent == _lastNumber)
                return;

            foreach (var numbered in _unacknowledged)
            {
                if (numbered.Number > sent)
                    target.Add(numbered);
            }
        }
    }

    /// <summary>The peer has everything up to this number. An old or impossible number is ignored.</summary>
    internal void Acknowledge(ulong number)
    {
        lock (_lock)
        {
            if (number <= _acknowledged || number > _lastNumber)
                return;

            _acknowledged = number;
            while (_unacknowledged.TryPeek(out var oldest) && oldest.Number <= number)
                _unacknowledged.Dequeue();
            _waitingSinceMillis = Environment.TickCount64;
        }
    }

    /// <summary>For how long the peer has acknowledged nothing although something waits; zero when nothing does.</summary>
    internal TimeSpan Silence()
    {
        lock (_lock)
        {
            return _unacknowledged.Count == 0
                ? TimeSpan.Zero
                : TimeSpan.FromMilliseconds(Environment.TickCount64 - _waitingSinceMillis);
        }
    }

    /// <summary>Forgets everything that waits: the incarnation it was meant for is gone.</summary>
    internal void Reset()
    {
        lock (_lock)
        {
            _unacknowledged.Clear();
            _acknowledged = _lastNumber;
        }
    }
}

/// <summary>How far the system messages of one incarnation of a peer have been delivered. One connection at a time uses it.</summary>
internal sealed class SystemMessageInbox
{
    /// <summary>The number of the last message delivered.</summary>
    internal ulong Delivered { get; private set; }

    /// <summary>
    /// The peer sends no message up to this number again: what was not delivered of them was meant for somebody else, or was
    /// delivered when this system still knew of it.
    /// </summary>
    internal void SkipTo(ulong number) => Delivered = Math.Max(Delivered, number);

    /// <summary>
    /// True when the message is the next one, and counts it. One that was delivered before, or one that comes after a gap (the missing
    /// ones will be sent again, and this one with them), is to be dropped.
    /// </summary>
    internal bool IsNext(ulong number)
    {
        if (number != Delivered + 1)
            return false;

        Delivered = number;
        return true;
    }
}
