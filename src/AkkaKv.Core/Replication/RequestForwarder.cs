using System.Buffers;
using AkkaKv.Core.Commands;
using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <summary>
/// The origin's side of rule R9: gives every submission a number in this incarnation's session, forwards it to whoever leads,
/// again and under the same number when the leader changes or says nothing, and completes it when this replica applies it.
/// Applied twice, it takes effect once; not applied in time, its client is told what is known.
/// </summary>
internal sealed class RequestForwarder(ReplicationSettings settings, long sessionNonce) : IResultSink
{
    /// <summary>Most requests under way; the leader remembers as many to recognise repetitions.</summary>
    public const int WindowMax = Limits.PendingRequestsMax;

    private static readonly Instant LongAgo = new(long.MinValue / 2);

    private readonly PendingWindow<PendingRequest> _pending = new(WindowMax);
    private readonly CommandWriter _commands = new();

    private long _session;
    private Instant _opened = LongAgo;
    private long _pendingBytes;
    private long _bytesUnderWay;
    private int _turn = 1;
    private Epoch _epoch;
    private long _cursor = 1;
    private Instant _sweptAt;
    private long _missedBefore;
    private bool _proposing;
    private Instant _proposedAt;
    private long _proposal = 1;

    public int Count => _pending.Count;

    /// <summary>When <see cref="Expire"/> or, with a leader to send to, <see cref="Send"/> may have something to do.</summary>
    public Instant NextWake(bool leaderHeard)
    {
        if (_pending.Count == 0) return Instant.Never;
        var deadline = _pending[_pending.Low]!.Deadline;
        if (!leaderHeard) return deadline;
        return Instant.Min(deadline, (_session == 0 ? _opened : _sweptAt) + settings.RetryInterval);
    }

    /// <summary>No proposal of expiries is under way.</summary>
    public bool MayPropose(Instant now) => !_proposing || _proposedAt + settings.RetryInterval <= now;

    /// <summary>A session submits commands.</summary>
    public void Add(ClientRequest request, Instant now)
    {
        // One alone always fits: the largest value there can be, with its key, is larger than the bound.
        var isTooMuch = _pending.Count > 0 && _pendingBytes + request.Commands.Length > Limits.PendingRequestBytesMax;
        if (_pending.IsFull || isTooMuch)
        {
            request.Sink.OnReply(new ClientReply(ReplyStatus.Busy, default));
            return;
        }

        _pendingBytes += request.Commands.Length;
        _pending.Add(new PendingRequest(request, now + settings.RequestTimeout));
    }

    /// <summary>Forwards what is new to the leader of this epoch, everything if the leader is, and repeats what stays unanswered.</summary>
    public void Send(Epoch epoch, Ready ready, Instant now)
    {
        if (epoch != _epoch)
        {
            _epoch = epoch;
            StartOver();
            _sweptAt = now;
            _opened = LongAgo;
            _proposing = false;
        }

        if (_pending.Count == 0) return;
        if (_session == 0)
        {
            OpenSession(ready, now);
            return;
        }

        _cursor = Math.Max(_cursor, _pending.Low);
        while (_cursor < _pending.Next && _bytesUnderWay < Limits.ForwardedBytesInFlightMax) Forward(ready, now);
        if (_sweptAt + settings.RetryInterval <= now) Repeat(ready, now);
    }

    /// <summary>
    /// A snapshot took the place of entries that were never applied here one by one: what became of our requests in them must be told
    /// again.
    /// </summary>
    public void OnOutcomesMissed()
    {
        _missedBefore = _pending.Next;
        StartOver();
    }

    /// <summary>Proposes to remove keys that have expired (rule R14). Repeating it is harmless, so it needs no session.</summary>
    public void Propose(IReadOnlyList<Item> expired, Epoch epoch, Ready ready, Instant now)
    {
        if (expired.Count == 0) return;
        foreach (var item in expired) _commands.ExpireIfUnchanged(item.Key, item.Version);
        _proposing = true;
        _proposedAt = now;
        _proposal++;
        ForwardInternal(-_proposal, epoch, ready);
    }

    public void OnResult(long sessionId, long sequence, RequestOutcome outcome, ReadOnlyMemory<byte> results)
    {
        if (sessionId == 0)
        {
            OnInternalResult(sequence, results);
            return;
        }

        if (sessionId != _session) return;
        switch (outcome)
        {
            case RequestOutcome.Executed or RequestOutcome.Repeated:
                Complete(sequence, new ClientReply(ReplyStatus.Committed, results));
                break;
            case RequestOutcome.UnknownSession:
                LoseSession();
                break;
            case RequestOutcome.Stale:
                break; // Its client was told already.
        }
    }

    /// <summary>Answers the requests that waited too long: what was never sent to any leader was certainly never executed.</summary>
    public void Expire(bool majorityReachable, Instant now)
    {
        while (_pending.Count > 0 && _pending[_pending.Low] is { } oldest && oldest.Deadline <= now)
        {
            Complete(_pending.Low, new ClientReply(StatusOf(oldest, majorityReachable), default));
        }
    }

    /// <summary>Answers everything: the replica stops.</summary>
    public void GiveUp(bool majorityReachable)
    {
        while (_pending.Count > 0)
        {
            Complete(_pending.Low, new ClientReply(StatusOf(_pending[_pending.Low]!, majorityReachable), default));
        }
    }

    private static ReplyStatus StatusOf(PendingRequest request, bool majorityReachable)
    {
        if (request.Sent) return ReplyStatus.Uncertain;
        return majorityReachable ? ReplyStatus.TryAgain : ReplyStatus.NoReplicas;
    }

    private void OnInternalResult(long sequence, ReadOnlyMemory<byte> results)
    {
        if (sequence == -_proposal) _proposing = false;
        if (sequence != sessionNonce || _session != 0) return;
        var reader = new ResultReader(results.Span);
        if (reader.TryRead(out var opened) && opened.Kind == ResultKind.Integer) _session = opened.Integer;
        StartOver();
    }

    /// <summary>Everything is sent once more: to another leader, or for another answer.</summary>
    private void StartOver()
    {
        _cursor = 0;
        _turn++;
        _bytesUnderWay = 0;
    }

    private void OpenSession(Ready ready, Instant now)
    {
        if (now < _opened + settings.RetryInterval) return;
        _opened = now;
        _commands.OpenSession(settings.Self, sessionNonce);
        ForwardInternal(sessionNonce, _epoch, ready);
    }

    private void ForwardInternal(long sequence, Epoch epoch, Ready ready)
    {
        var buffer = new ArrayBufferWriter<byte>(RequestCodec.HeaderBytes + _commands.Length);
        RequestCodec.Write(buffer, 0, sequence, 0, _commands.Count, _commands.Written);
        _commands.Reset();
        ready.ToLeader(epoch.Leader, new Message.Forward(epoch, buffer.WrittenMemory, Again: true));
    }

    /// <summary>Sends the next requests from the cursor, as many as fit in a message.</summary>
    private void Forward(Ready ready, Instant now)
    {
        var end = _cursor;
        var bytes = 0;
        for (; end < _pending.Next; end++)
        {
            if (_pending[end] is not { } request) continue;
            var length = RequestCodec.HeaderBytes + request.Request.Commands.Length;
            if (bytes > 0 && bytes + length > Limits.EntryBytesTarget) break;
            bytes += length;
        }

        var buffer = new ArrayBufferWriter<byte>(Math.Max(1, bytes));
        var again = _cursor < _missedBefore;
        var underWay = _bytesUnderWay + bytes;
        for (; _cursor < end; _cursor++)
        {
            if (_pending[_cursor] is not { } request) continue;
            request.BytesUnderWay = underWay;
            request.Retries = 0;
            Write(buffer, _cursor, request, now);
        }

        if (bytes > 0) ready.ToLeader(_epoch.Leader, new Message.Forward(_epoch, buffer.WrittenMemory, again));
    }

    private void Repeat(Ready ready, Instant now)
    {
        _sweptAt = now;
        var buffer = new ArrayBufferWriter<byte>();
        for (var sequence = _pending.Low; sequence < _cursor && buffer.WrittenCount < Limits.EntryBytesTarget; sequence++)
        {
            if (_pending[sequence] is not { } request) continue;
            if (request.SentAt + settings.RetryAfter(request.BytesUnderWay, request.Retries) > now) continue;
            request.Retries++;
            Write(buffer, sequence, request, now);
        }

        if (buffer.WrittenCount > 0) ready.ToLeader(_epoch.Leader, new Message.Forward(_epoch, buffer.WrittenMemory, Again: false));
    }

    private void Write(ArrayBufferWriter<byte> buffer, long sequence, PendingRequest request, Instant now)
    {
        RequestCodec.Write(buffer, _session, sequence, _pending.Low, request.Request.Count, request.Request.Commands.Span);
        request.Sent = true;
        request.SentAt = now;
        if (request.Turn == _turn) return;
        request.Turn = _turn;
        _bytesUnderWay += request.Request.Commands.Length;
    }

    private void Complete(long sequence, ClientReply reply)
    {
        if (_pending.Take(sequence) is not { } request) return;
        _pendingBytes -= request.Request.Commands.Length;
        if (request.Turn == _turn) _bytesUnderWay -= request.Request.Commands.Length;
        request.Request.Sink.OnReply(reply);
    }

    /// <summary>
    /// The cluster forgot this session: it has seen several later runs of this server. Whether what was sent took effect cannot be
    /// learned any more; the rest goes on in a new session.
    /// </summary>
    private void LoseSession()
    {
        _session = 0;
        _opened = LongAgo;
        for (var sequence = _pending.Low; sequence < _pending.Next; sequence++)
        {
            if (_pending[sequence] is { Sent: true }) Complete(sequence, new ClientReply(ReplyStatus.Uncertain, default));
        }
    }

    private sealed class PendingRequest(ClientRequest request, Instant deadline)
    {
        public ClientRequest Request { get; } = request;

        public Instant Deadline { get; } = deadline;

        public bool Sent { get; set; }

        public Instant SentAt { get; set; }

        /// <summary>How much was under way when it was first sent to this leader, itself included.</summary>
        public long BytesUnderWay { get; set; }

        /// <summary>How often it was sent to this leader again.</summary>
        public int Retries { get; set; }

        /// <summary>The turn of sending in which it was sent: it counts as under way in no other.</summary>
        public int Turn { get; set; }
    }
}
