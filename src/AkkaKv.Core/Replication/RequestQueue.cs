using AkkaKv.Core.Commands;

namespace AkkaKv.Core.Replication;

/// <summary>
/// Forwarded requests that are not in an entry yet: the open batch. It grows while all replication slots are taken, and becomes an
/// entry as soon as one is free. Repetitions within an epoch are recognised here, so that the log is not filled with them; what takes
/// effect once is decided at application.
/// </summary>
internal sealed class RequestQueue(int replicas)
{
    private readonly Queue<ReadOnlyMemory<byte>> _pieces = new();
    private readonly SeenRequests[] _seen = [.. Enumerable.Range(0, replicas).Select(static _ => new SeenRequests())];

    public bool IsEmpty => _pieces.Count == 0;

    /// <summary>Bytes of what waits.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes what is new of the requests.</summary>
    /// <returns>False if the bytes are not requests.</returns>
    public bool TryAdd(ReplicaId from, Message.Forward forward)
    {
        var requests = forward.Requests;
        if (!RequestCodec.Validate(requests.Span)) return false;
        if (Bytes + requests.Length > Limits.LeaderQueueBytesMax) return true; // Its origin repeats it.

        var rest = requests.Span;
        var start = 0;
        var end = 0;
        while (RequestCodec.TryRead(ref rest, out var request))
        {
            var isNew = request.SessionId == 0 || _seen[from.Slot].TryAdd(request.SessionId, request.Sequence, request.Low);
            var next = requests.Length - rest.Length;
            if (!isNew && !forward.Again)
            {
                Add(requests[start..end]);
                start = next;
            }

            end = next;
        }

        Add(requests[start..end]);
        return true;
    }

    /// <summary>The payload of the next entry: as many pieces as fit, one at least.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var first = _pieces.Dequeue();
        Bytes -= first.Length;
        var length = first.Length;
        var count = 0;
        foreach (var piece in _pieces)
        {
            if (length + piece.Length > Limits.EntryBytesTarget) break;
            length += piece.Length;
            count++;
        }

        if (count == 0) return first;
        var payload = new byte[length];
        first.CopyTo(payload);
        var at = first.Length;
        for (; count > 0; count--)
        {
            var piece = _pieces.Dequeue();
            Bytes -= piece.Length;
            piece.CopyTo(payload.AsMemory(at));
            at += piece.Length;
        }

        return payload;
    }

    private void Add(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty) return;
        _pieces.Enqueue(piece);
        Bytes += piece.Length;
    }

    /// <summary>The numbers of one origin's newest session that this leader has taken: a bit each, from the session's low on.</summary>
    private sealed class SeenRequests
    {
        private readonly ulong[] _bits = new ulong[RequestForwarder.WindowMax / 64];
        private long _session;
        private long _low;

        public bool TryAdd(long session, long sequence, long low)
        {
            if (session < _session) return false; // Of an earlier run of that server: nobody waits for it.
            if (session > _session)
            {
                Array.Clear(_bits);
                _session = session;
                _low = low;
            }

            MoveTo(low);
            if (sequence < _low) return false;
            if (sequence - _low >= RequestForwarder.WindowMax) return true;
            ref var bits = ref _bits[(sequence % RequestForwarder.WindowMax) / 64];
            var bit = 1UL << (int)(sequence % 64);
            if ((bits & bit) != 0) return false;
            bits |= bit;
            return true;
        }

        private void MoveTo(long low)
        {
            if (low - _low >= RequestForwarder.WindowMax)
            {
                Array.Clear(_bits);
                _low = low;
            }

            for (; _low < low; _low++) _bits[(_low % RequestForwarder.WindowMax) / 64] &= ~(1UL << (int)(_low % 64));
        }
    }
}
