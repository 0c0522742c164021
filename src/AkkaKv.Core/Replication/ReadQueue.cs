using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <summary>
/// Reads that could not be answered at once (rules R7 and R8). A read is first <em>waiting</em> for an index: from its own log while
/// the replica holds a lease, else from the leader; then it is <em>parked</em> until that index is committed. One question to the
/// leader is for all reads that had arrived when it was sent.
/// </summary>
internal sealed class ReadQueue(ReplicationSettings settings, ProtocolRules rules, long nonce)
{
    private readonly PriorityQueue<PendingRead, long> _parked = new();
    private readonly Queue<PendingRead> _byDeadline = new();
    private readonly List<PendingRead> _waiting = [];

    private long _question = rules.QuestionsFrom(nonce);
    private int _covered;
    private Instant _askedAt;
    private Instant _commitAskedAt;

    /// <summary>Reads without an answer.</summary>
    public int Count { get; private set; }

    /// <summary>When <see cref="Expire"/> or, with a leader to ask, <see cref="Ask"/> may have something to do.</summary>
    public Instant NextWake(bool leaderHeard)
    {
        var wake = _byDeadline.TryPeek(out var oldest) ? oldest.Deadline : Instant.Never;
        if (!leaderHeard) return wake;
        if (_waiting.Count > 0) wake = Instant.Min(wake, _askedAt + settings.RetryInterval);
        if (_parked.Count > 0) wake = Instant.Min(wake, _commitAskedAt + settings.ParkedReadPatience);
        return wake;
    }

    /// <summary>A read arrived.</summary>
    public void Add(ClientRead read, KeyValueState state, bool leaseValid, Instant now)
    {
        if (Count >= Limits.PendingReadsMax)
        {
            read.Sink.OnRefused(ReplyStatus.Busy);
            return;
        }

        var pending = new PendingRead(read, now + settings.RequestTimeout);
        if (leaseValid && TryServe(pending, IndexOf(read, state), state, now)) return;
        _byDeadline.Enqueue(pending);
        Count++;
        if (!leaseValid) _waiting.Add(pending);
    }

    /// <summary>The replica holds a lease (R7): what waited for the leader need not any more.</summary>
    public void OnLease(KeyValueState state, Instant now)
    {
        if (_waiting.Count == 0) return;
        foreach (var read in _waiting) Settle(read, IndexOf(read.Read, state), state, now);
        _waiting.Clear();
        _covered = 0;
    }

    /// <summary>The leader answered (R8).</summary>
    public void OnReadIndexed(long question, LogIndex index, KeyValueState state, Instant now)
    {
        if (question != _question || _covered == 0) return; // Of a question since asked anew.
        for (var i = 0; i < _covered; i++) Settle(_waiting[i], index, state, now);
        _waiting.RemoveRange(0, _covered);
        _covered = 0;
    }

    /// <summary>More was applied.</summary>
    public void OnApplied(KeyValueState state)
    {
        while (_parked.TryPeek(out var read, out var index) && index <= state.AppliedIndex.Value)
        {
            _parked.Dequeue();
            Serve(read, state);
        }
    }

    /// <summary>Another epoch: the entries that reads were parked for may be gone, so all of them begin again.</summary>
    public void OnEpoch()
    {
        while (_parked.TryDequeue(out var read, out _))
        {
            if (!read.Done) _waiting.Add(read);
        }

        _covered = 0;
    }

    /// <summary>Asks the leader for what reads wait for.</summary>
    public void Ask(Epoch epoch, Ready ready, Instant now)
    {
        if (_waiting.Count > 0 && (_covered == 0 || _askedAt + settings.RetryInterval <= now))
        {
            // A fresh number and a fresh round every time: an answer to an earlier one, of this run or of one before it, proves
            // nothing about later reads.
            _question++;
            _covered = _waiting.Count;
            _askedAt = now;
            ready.ToLeader(epoch.Leader, new Message.ReadIndex(epoch, _question));
        }

        if (_parked.Count > 0 && _commitAskedAt + settings.ParkedReadPatience <= now)
        {
            _commitAskedAt = now;
            ready.ToLeader(epoch.Leader, new Message.AskCommit(epoch));
        }
    }

    /// <summary>Refuses the reads that waited too long.</summary>
    public void Expire(ReplyStatus status, Instant now)
    {
        while (_byDeadline.TryPeek(out var oldest) && (oldest.Done || oldest.Deadline <= now))
        {
            _byDeadline.Dequeue();
            if (!oldest.Done) Refuse(oldest, status);
        }

        if (_waiting.Exists(static read => read.Done))
        {
            _waiting.RemoveAll(static read => read.Done);
            _covered = 0;
        }
    }

    /// <summary>Refuses everything: the replica stops.</summary>
    public void RefuseAll(ReplyStatus status)
    {
        while (_byDeadline.TryDequeue(out var read))
        {
            if (!read.Done) Refuse(read, status);
        }

        _waiting.Clear();
        _parked.Clear();
        _covered = 0;
    }

    private LogIndex IndexOf(ClientRead read, KeyValueState state) =>
        rules.ReadIndexOf(read.Scope == ReadScope.Key ? state.PendingOf(read.Key.Span) : state.LastLogIndex);

    private void Settle(PendingRead read, LogIndex index, KeyValueState state, Instant now)
    {
        if (index <= state.AppliedIndex) Serve(read, state);
        else Park(read, index, now);
    }

    private bool TryServe(PendingRead read, LogIndex index, KeyValueState state, Instant now)
    {
        if (index > state.AppliedIndex)
        {
            Park(read, index, now);
            return false;
        }

        read.Read.Sink.OnReadable(state);
        return true;
    }

    private void Park(PendingRead read, LogIndex index, Instant now)
    {
        if (_parked.Count == 0) _commitAskedAt = now;
        _parked.Enqueue(read, index.Value);
    }

    private void Serve(PendingRead read, KeyValueState state)
    {
        if (read.Done) return;
        read.Done = true;
        Count--;
        read.Read.Sink.OnReadable(state);
    }

    private void Refuse(PendingRead read, ReplyStatus status)
    {
        read.Done = true;
        Count--;
        read.Read.Sink.OnRefused(status);
    }

    private sealed class PendingRead(ClientRead read, Instant deadline)
    {
        public ClientRead Read { get; } = read;

        public Instant Deadline { get; } = deadline;

        public bool Done { get; set; }
    }
}
