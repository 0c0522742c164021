#nullable enable
using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// The mail of one actor: many write, one reads. Writers append to segments under the mailbox's lock; the reader takes all
/// that has gathered in one step and then walks it without a lock. Segments are used again, so that in the steady state a
/// message costs no allocation, and an actor that never gets mail owns none.
/// </summary>
internal struct EnvelopeQueue
{
    private Segment? _head;
    private Segment? _tail;
    private Segment? _spare;

    private Segment? _reading;
    private int _next;

    /// <summary>Unstashed mail, last first. It comes before everything else.</summary>
    private List<Envelope>? _front;

    /// <summary>Adds a message behind all others. Under the lock.</summary>
    public void Append(object message, IActorRef? sender)
    {
        var tail = _tail;
        if (tail is null || tail.Count == tail.Items.Length)
            tail = Extend();

        tail.Items[tail.Count++] = new Envelope(message, sender);
    }

    /// <summary>Whether something waits that the reader has not taken. Under the lock, by the reader.</summary>
    public readonly bool IsEmpty => _head is null or { Count: 0 } && _reading is null && _front is null or { Count: 0 };

    /// <summary>
    /// Takes over what the writers have gathered; false when there is nothing. Under the lock, by the reader, when
    /// <see cref="TryTake"/> failed.
    /// </summary>
    public bool TryRefill()
    {
        if (_head is null or { Count: 0 })
            return false;

        (_reading, _next) = (_head, 0);
        _head = _tail = _spare;
        _spare = null;
        return true;
    }

    /// <summary>Takes the next message of those taken over before. By the reader, without the lock.</summary>
    public bool TryTake(out Envelope envelope)
    {
        if (_front is { Count: > 0 } front)
        {
            envelope = front[^1];
            front.RemoveAt(front.Count - 1);
            return true;
        }

        if (_reading is not { } segment)
        {
            envelope = default;
            return false;
        }

        ref var slot = ref segment.Items[_next];
        envelope = slot;
        slot = default; // The mailbox must not keep alive what was handled.
        if (++_next == segment.Count)
            Advance(segment);
        return true;
    }

    /// <summary>Puts mail before everything that waits, in its order. By the reader.</summary>
    public void Prepend(IReadOnlyList<Envelope> envelopes)
    {
        _front ??= [];
        for (var i = envelopes.Count - 1; i >= 0; i--)
            _front.Add(envelopes[i]);
    }

    private void Advance(Segment drained)
    {
        (_reading, _next) = (drained.Next, 0);
        drained.Clear();
        if (_spare is null)
            _spare = drained;
        else
            Segment.Return(drained);
    }

    private Segment Extend()
    {
        var segment = _tail is null ? new Segment(Segment.FirstLength) : Segment.Rent();
        if (_tail is null)
            _head = segment;
        else
            _tail.Next = segment;
        return _tail = segment;
    }

    private sealed class Segment(int length)
    {
        /// <summary>Enough for an actor that keeps up with its mail, and small for the many that do little.</summary>
        public const int FirstLength = 8;

        private const int Length = 64;

        /// <summary>Segments kept for reuse by the whole process: 4 MiB.</summary>
        private const int PooledMax = 4096;

        private static readonly ConcurrentQueue<Segment> Pool = new();
        private static int _pooled;

        public readonly Envelope[] Items = new Envelope[length];
        public int Count;
        public Segment? Next;

        public static Segment Rent()
        {
            if (!Pool.TryDequeue(out var segment))
                return new Segment(Length);

            Interlocked.Decrement(ref _pooled);
            return segment;
        }

        public static void Return(Segment segment)
        {
            if (segment.Items.Length != Length || Volatile.Read(ref _pooled) >= PooledMax)
                return;

            Interlocked.Increment(ref _pooled);
            Pool.Enqueue(segment);
        }

        public void Clear()
        {
            Count = 0;
            Next = null;
        }
    }
}
