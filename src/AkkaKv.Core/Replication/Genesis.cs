namespace AkkaKv.Core.Replication;

/// <summary>
/// How a new cluster comes to life (R15): when every configured server was heard from and every store is blank, all of them are
/// nominated for one cluster; when all disks say so, the leader's own store becomes the first voter, and the others follow.
/// <para>
/// It may stop at any point and be taken up by another leader. A blank store that is nominated has never voted, so it may
/// become a voter whenever it is certain for which cluster: nominations only grow, and once the first store of a cluster votes, which
/// takes everybody's nomination for it, no other cluster can get everybody's. A store that lost its disk is not nominated.
/// </para>
/// </summary>
internal sealed class Genesis(ReplicationSettings settings, Epoch epoch, ClusterId proposal, Ready ready)
{
    private readonly Message.Inspected?[] _inspected = new Message.Inspected?[settings.ReplicaCount];

    /// <summary>The own store is blank and cannot become a voter by genesis: somebody else must fill it.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>The own store.</summary>
    public StoreId OwnStore => _inspected[settings.Self.Slot]?.Store ?? StoreId.None;

    /// <summary>What a store said that belongs to the cluster already; null while none did.</summary>
    private Message.Inspected? Voter => Array.Find(_inspected, static inspected => inspected is { Mode: StoreMode.Voter });

    private bool AllWereHeard => Array.TrueForAll(_inspected, static inspected => inspected is not null);

    /// <summary>
    /// Asks those who were not heard from, and everybody again once that got nowhere: another leader may be at the same work, and further.
    /// Then goes on with what is known.
    /// </summary>
    public void Tick()
    {
        var mayBeOld = Voter is not null || AllWereHeard;
        foreach (var replica in settings.Replicas)
        {
            if (mayBeOld || _inspected[replica.Slot] is null) Ask(replica);
        }

        GoOn();
    }

    public void OnInspected(ReplicaId from, Message.Inspected inspected)
    {
        var isFirstVoter = inspected.Mode == StoreMode.Voter && Voter is null;
        _inspected[from.Slot] = inspected;
        if (isFirstVoter)
        {
            // Another leader has founded the cluster, and nominated the own store since that was looked at, if it ever will.
            _inspected[settings.Self.Slot] = null;
            Ask(settings.Self);
        }

        GoOn();
    }

    public void OnNominated(ReplicaId from, Message.Nominated nominated)
    {
        if (_inspected[from.Slot] is not { Mode: StoreMode.Blank } known || known.Store != nominated.Store) return;
        _inspected[from.Slot] = known with { Cluster = nominated.Cluster };
        GoOn();
    }

    private void Ask(ReplicaId replica) =>
        ready.ToReplica(replica, new Message.Inspect(epoch, ClusterId.None, settings.Configuration));

    private void GoOn()
    {
        if (_inspected[settings.Self.Slot] is not { Mode: StoreMode.Blank } own) return;
        var voter = Voter;
        IsBlocked = voter is not null && own.Cluster == ClusterId.None;
        if (voter is not null)
        {
            // A voter of the new cluster exists, and this store lived through its genesis.
            if (!IsBlocked) ready.ToReplica(settings.Self, new Message.Found(epoch, own.Store, voter.Cluster, Proven: true));
            return;
        }

        if (!AllWereHeard) return;
        var cluster = _inspected.Max(static inspected => inspected!.Cluster.Value) is var greatest && greatest != Guid.Empty
            ? new ClusterId(greatest)
            : proposal;
        var nominated = 0;
        foreach (var replica in settings.Replicas)
        {
            var inspected = _inspected[replica.Slot]!;
            if (inspected.Cluster == cluster) nominated++;
            else ready.ToReplica(replica, new Message.Nominate(epoch, inspected.Store, cluster));
        }

        if (nominated == settings.ReplicaCount)
            ready.ToReplica(settings.Self, new Message.Found(epoch, own.Store, cluster, Proven: false));
    }
}
