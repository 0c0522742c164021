using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <summary>
/// Rule R7 on any thread: note the valid lease, look up, read, then verify that the same lease held without a break all the
/// while. The answer belongs to the moment at which the lease was noted: whatever was visible anywhere by then was in this log, and
/// therefore marked, because whoever made it visible had to wait for this holder.
/// </summary>
internal sealed class LocalReads(LeaseHolder leases, IClock clock, KeyValueState state) : ILocalReads
{
    private const int AttemptsMax = 4;

    private volatile KeyValueState _state = state;

    /// <summary>The map that is read. Replaced, with no lease held, when a snapshot is installed.</summary>
    public KeyValueState State
    {
        get => _state;
        set => _state = value;
    }

    public bool TryGet(ReadOnlySpan<byte> key, Action<Item?> read)
    {
        if (leases.Current is not { } lease || !lease.IsValid(clock.Now)) return false;
        return _state.TryReadOne(key, read, out _) && StillHolds(lease);
    }

    public bool TryRead<TArg>(TArg arg, Action<KeyValueState, TArg> read)
    {
        if (leases.Current is not { } lease || !lease.IsValid(clock.Now)) return false;
        var state = _state;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (!state.TryBeginRead(out var token)) return false;
            read(state, arg);
            if (state.IsUnchanged(token)) return StillHolds(lease);
        }

        return false;
    }

    private bool StillHolds(Lease noted) =>
        leases.Current is { } lease && lease.Tenure == noted.Tenure && lease.IsValid(clock.Now);
}
