namespace AkkaKv.Core.Replication;

/// <summary>
/// A read lease without a break: from <paramref name="Start"/> to <paramref name="End"/> on this machine's clock. A longer one of
/// the same tenure continues it; another tenure means that there was a time without.
/// </summary>
internal sealed record Lease(long Tenure, Instant Start, Instant End)
{
    public bool IsValid(Instant now) => now < End;
}

/// <summary>
/// The holder's side of rule R6: remembers when heartbeats were seen, and turns grants into leases counted from then. Belongs to the
/// replica's thread; <see cref="Current"/> is read from any.
/// </summary>
internal sealed class LeaseHolder(ProtocolRules rules, TimeSpan length, long incarnation)
{
    private const int AnchorCount = 256;

    private readonly (ulong Sequence, Instant Seen)[] _anchors = new (ulong, Instant)[AnchorCount];
    private ulong _highestSeen;
    private long _tenure;
    private bool _barred;
    private bool _closed;
    private volatile Lease? _current;

    /// <summary>The lease, valid or not; null for none.</summary>
    public Lease? Current => _current;

    public bool IsValid(Instant now) => _current is { } lease && lease.IsValid(now);

    /// <summary>A new epoch was promised (R1), or the replica starts: nothing of the older one counts any more.</summary>
    public void Reset()
    {
        if (rules.PromiseEndsLease) _current = null;
        Array.Clear(_anchors);
        _highestSeen = 0;
        _barred = false;
    }

    /// <summary>The leader takes the lease back (R10).</summary>
    public void Revoke()
    {
        _current = null;
        if (rules.RevokeForgetsAnchors) Array.Clear(_anchors);
    }

    /// <summary>No lease of this epoch any more: its leader stops (R16).</summary>
    public void Bar()
    {
        Revoke();
        _barred = true;
    }

    /// <summary>No lease of any epoch any more: this replica stops (R16).</summary>
    public void Close()
    {
        Revoke();
        _closed = true;
    }

    /// <summary>A heartbeat arrived.</summary>
    /// <returns>False for one that came before, or after a later one.</returns>
    public bool Observe(ulong sequence, Instant now)
    {
        if (!rules.IsNewHeartbeat(sequence, _highestSeen)) return false;
        _highestSeen = Math.Max(_highestSeen, sequence);
        _anchors[sequence % AnchorCount] = (sequence, now);
        return true;
    }

    /// <summary>A grant arrived with a heartbeat.</summary>
    public void Accept(LeaseGrant grant, Instant now)
    {
        if (_barred || _closed || grant.Sequence == 0 || !rules.IsOwnGrant(grant, incarnation)) return;
        var (sequence, seen) = _anchors[grant.Sequence % AnchorCount];
        if (sequence != grant.Sequence) return;

        var start = rules.LeaseStart(seen, now);
        var current = _current;
        if (current is not null && start <= current.Start) return;
        if (current is null || !current.IsValid(now)) _tenure++;
        _current = new Lease(_tenure, start, start + length);
    }
}
