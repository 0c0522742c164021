#nullable enable
namespace Akka.Remote.Transport;

/// <summary>What became of a message offered to an <see cref="OutboundQueue"/>.</summary>
internal enum Offer
{
    /// <summary>Queued behind others.</summary>
    Queued,

    /// <summary>Queued as the first: whoever drains the queue must be woken.</summary>
    QueuedFirst,

    /// <summary>Not queued: the bound in messages or bytes is reached.</summary>
    Full,

    /// <summary>Not queued: the queue is <see cref="OutboundQueue.TryClose">closed</see>.</summary>
    Closed,
}

/// <summary>
/// Messages that wait for a connection, bounded in number and bytes; a queue in which nothing waits takes one message of any size.
/// Many threads add; one takes all there is by exchanging arrays, so the lock is held for a few instructions and nothing is allocated
/// per message.
/// </summary>
internal sealed class OutboundQueue(int messagesMax, long bytesMax)
{
    private const int UsualCapacity = 64;
    private const int KeptCapacity = 32 * 1024;

    private readonly Lock _lock = new();
    private OutboundMessage[] _waiting = [];
    private int _count;
    private long _bytes;
    private bool _isClosed;

    internal Offer Add(in OutboundMessage message)
    {
        lock (_lock)
        {
            if (_isClosed)
                return Offer.Closed;
            if (_count >= messagesMax || (_bytes > 0 && _bytes + message.QueueBytes > bytesMax))
                return Offer.Full;
            if (_count == _waiting.Length)
                Array.Resize(ref _waiting, Math.Max(UsualCapacity, _count * 2));

            _waiting[_count++] = message;
            _bytes += message.QueueBytes;
            return _count == 1 ? Offer.QueuedFirst : Offer.Queued;
        }
    }

    /// <summary>
    /// Takes everything that waits, in order, in exchange for the array of the last time, which must be cleared.
    /// The bytes taken count until <see cref="Release"/>.
    /// </summary>
    internal int TakeAll(ref OutboundMessage[] batch)
    {
        if (batch.Length > KeptCapacity)
            batch = [];

        lock (_lock)
        {
            var count = _count;
            if (count == 0)
                return 0;

            (_waiting, batch) = (batch, _waiting);
            _count = 0;
            return count;
        }
    }

    /// <summary>Gives room back once taken messages are written or dropped.</summary>
    internal void Release(long bytes)
    {
        lock (_lock)
            _bytes -= bytes;
    }

    /// <summary>Takes no more messages from now on. False, and nothing done, when there are some.</summary>
    internal bool TryClose()
    {
        lock (_lock)
        {
            _isClosed = _count == 0;
            return _isClosed;
        }
    }

    /// <summary>Takes messages again.</summary>
    internal void Reopen()
    {
        lock (_lock)
            _isClosed = false;
    }

    internal bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _count == 0;
        }
    }
}
