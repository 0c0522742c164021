using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <summary>How a leader gets an epoch: promises from a majority of voters, its own first; the best log among them wins (R2, R3).</summary>
internal sealed class Takeover
{
    private readonly ReplicationSettings _settings;
    private readonly ProtocolRules _rules;
    private readonly Message.Promised?[] _promises;
    private readonly StoreId[] _blank;
    private readonly Instant[] _leasesEnd;

    /// <param name="settings">What the servers agree on.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="epoch">The epoch to get.</param>
    /// <param name="knownBlank">Stores that were known to be blank before any replica could hear of this epoch.</param>
    public Takeover(ReplicationSettings settings, ProtocolRules rules, Epoch epoch, ReadOnlySpan<StoreId> knownBlank)
    {
        _settings = settings;
        _rules = rules;
        Epoch = epoch;
        _promises = new Message.Promised?[settings.ReplicaCount];
        _leasesEnd = new Instant[settings.ReplicaCount];
        _blank = knownBlank.ToArray();
        KnownBlank = [.. _blank.Select(static store => store != StoreId.None)];
    }

    public Epoch Epoch { get; }

    /// <summary>By slot: its store was known to be blank before this epoch began.</summary>
    public bool[] KnownBlank { get; }

    /// <summary>By then, on the leader's clock, no lease of an older epoch is left.</summary>
    public Instant LeasesEnd { get; private set; }

    /// <summary>The promise with the best log.</summary>
    public Message.Promised Best => _promises[BestReplica.Slot]!;

    public ReplicaId BestReplica { get; private set; }

    /// <summary>The promise beside the leader came from a store that the cluster has replaced.</summary>
    public bool IsOwnRejected { get; private set; }

    /// <summary>The stores of all slots as far as the promises tell.</summary>
    public StoreRegistry Stores => Best.Stores;

    public bool HasPromised(ReplicaId replica) => _promises[replica.Slot] is not null;

    public bool IsBlank(ReplicaId replica) => _blank[replica.Slot] != StoreId.None && !HasPromised(replica);

    /// <summary>The store that promised, or is blank.</summary>
    public StoreId StoreOf(ReplicaId replica) => _promises[replica.Slot]?.Store ?? _blank[replica.Slot];

    public void OnPromised(ReplicaId from, Message.Promised promised, Instant now)
    {
        if (_promises[from.Slot] is not null) return;
        _promises[from.Slot] = promised;
        _leasesEnd[from.Slot] = _rules.LeasesEnd(now, promised.SinceAck, _settings.LeaseWait);
    }

    public void OnBlank(ReplicaId from, StoreId store)
    {
        if (_blank[from.Slot] == store) return;
        KnownBlank[from.Slot] = false;
        _blank[from.Slot] = store;
    }

    /// <summary>True once a majority has promised, the own replica among them; then the rest is known.</summary>
    /// <param name="rejected">Stores that are not the ones that the cluster knows (hole H33); their promises do not count.</param>
    public bool IsComplete(Instant now, List<Notice> rejected)
    {
        FindBest();
        for (byte slot = 0; slot < _promises.Length; slot++)
        {
            if (_promises[slot] is not { } promise) continue;
            var known = Best.Stores[new ReplicaId(slot)];
            if (known == StoreId.None || known == promise.Store) continue;
            rejected.Add(new Notice.StoreRejected(new ReplicaId(slot), promise.Store, known));
            _promises[slot] = null;
            IsOwnRejected |= slot == _settings.Self.Slot;
            FindBest();
        }

        var count = _promises.Count(static promise => promise is not null);
        if (_promises[_settings.Self.Slot] is null || count < _settings.Majority) return false;
        LeasesEnd = now;
        if (_rules.AllPromised(count, _settings.ReplicaCount)) return true;
        for (var slot = 0; slot < _promises.Length; slot++)
        {
            if (_promises[slot] is not null) LeasesEnd = Instant.Max(LeasesEnd, _leasesEnd[slot]);
        }

        return true;
    }

    private void FindBest()
    {
        Message.Promised? best = null;
        for (byte slot = 0; slot < _promises.Length; slot++)
        {
            if (_promises[slot] is not { } promise || (best is not null && !_rules.IsBetter(promise, best))) continue;
            best = promise;
            BestReplica = new ReplicaId(slot);
        }

        // Of equal logs the own one: nothing has to be fetched.
        if (_promises[_settings.Self.Slot] is { } own && best is not null && !_rules.IsBetter(best, own)) BestReplica = _settings.Self;
    }
}
