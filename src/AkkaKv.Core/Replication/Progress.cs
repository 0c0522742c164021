namespace AkkaKv.Core.Replication;

/// <summary>How entries go to a replica.</summary>
internal enum ProgressMode : byte
{
    /// <summary>One message at a time, until it is known where its log agrees.</summary>
    Probe = 1,

    /// <summary>Message after message, without waiting for answers.</summary>
    Stream,

    /// <summary>None: a snapshot is on its way.</summary>
    Snapshot,
}

/// <summary>What the leader knows of one replica within its epoch, its own included.</summary>
internal sealed class Progress(ReplicaId id)
{
    private readonly Queue<(LogIndex Last, int Bytes)> _inFlight = new();

    public ReplicaId Id { get; } = id;

    /// <summary>It promised this epoch.</summary>
    public bool HasPromised { get; set; }

    public StoreId Store { get; set; }

    /// <summary>It said that its store is blank, and has not promised since.</summary>
    public bool IsBlank { get; set; }

    /// <summary>Its disk agrees with the leader's log up to here. Goes back within an epoch only when that disk is lost.</summary>
    public LogIndex Match { get; set; }

    /// <summary>Its memory does (option R); of the run <see cref="Incarnation"/>.</summary>
    public LogIndex Received { get; set; }

    public long Incarnation { get; set; }

    /// <summary>The run that left (R16): it gets no lease any more.</summary>
    public long LeftIncarnation { get; set; }

    public bool DiskFull { get; set; }

    // ---- Entries ------------------------------------------------------------------------------------------------------

    public ProgressMode Mode { get; set; } = ProgressMode.Probe;

    /// <summary>The first index that was not sent yet.</summary>
    public LogIndex Next { get; set; }

    /// <summary>Probe: an answer to what was sent after this index is awaited; otherwise null.</summary>
    public LogIndex? Probing { get; set; }

    /// <summary>Entries after Next - 1 were asked for.</summary>
    public bool Fetching { get; set; }

    /// <summary>How it is sent what it lacks, when that is much.</summary>
    public CatchUpPace Pace { get; } = new();

    /// <summary>The piece on its way ends with this; null when none is.</summary>
    public LogIndex? PieceEnd { get; set; }

    /// <summary>When it last moved, or was last sent something while nothing was under way.</summary>
    public Instant MovedAt { get; set; }

    /// <summary>How often things were sent again since it last moved.</summary>
    public int Retries { get; set; }

    /// <summary>The commit index it was told last.</summary>
    public LogIndex SentCommit { get; set; }

    /// <summary>The snapshot on its way; 0 for none.</summary>
    public long Transfer { get; set; }

    /// <summary>Messages with entries that it has not answered.</summary>
    public int MessagesInFlight => _inFlight.Count;

    /// <summary>Bytes of their entries.</summary>
    public long BytesInFlight { get; private set; }

    // ---- Leases (R6, R10) -----------------------------------------------------------------------------------------------

    /// <summary>The highest heartbeat that it acknowledged.</summary>
    public ulong AckSequence { get; set; }

    public Instant AckedAt { get; set; } = Reign.LongAgo;

    public Candidate? Candidate { get; set; }

    /// <summary>Until then it may hold a lease, on the leader's clock.</summary>
    public Instant Until { get; set; } = Reign.LongAgo;

    public bool IsSuspended { get; set; }

    /// <summary>The revoke that awaits an answer; 0 for none.</summary>
    public long Revocation { get; set; }

    public TimeSpan ReadmitAfter { get; set; }

    /// <summary>Since when it keeps up, while suspended.</summary>
    public Instant? KeepsUpSince { get; set; }

    /// <summary>Entries up to this index leave.</summary>
    public void Sent(LogIndex last, int bytes)
    {
        Next = last.Next;
        _inFlight.Enqueue((last, bytes));
        BytesInFlight += bytes;
    }

    /// <summary>It has the entries up to this index.</summary>
    public void Answered(LogIndex upTo)
    {
        while (_inFlight.TryPeek(out var sent) && sent.Last <= upTo) BytesInFlight -= _inFlight.Dequeue().Bytes;
    }

    /// <summary>Sends from this index on again, one message at a time.</summary>
    public void Rewind(LogIndex next)
    {
        Next = next;
        Mode = ProgressMode.Probe;
        Probing = null;
        Fetching = false;
        PieceEnd = null;
        _inFlight.Clear();
        BytesInFlight = 0;
    }
}

/// <summary>A heartbeat that a replica acknowledged and that may become the beginning of a lease (R6).</summary>
/// <param name="Sequence">Of the heartbeat.</param>
/// <param name="Incarnation">The run that saw it.</param>
/// <param name="SentSequence">The newest heartbeat that had been sent when its acknowledgement came.</param>
/// <param name="Time">When it came.</param>
internal sealed record Candidate(ulong Sequence, long Incarnation, ulong SentSequence, Instant Time);
