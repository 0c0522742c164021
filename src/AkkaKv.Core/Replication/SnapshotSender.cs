namespace AkkaKv.Core.Replication;

/// <summary>
/// Streams snapshots of this replica to others, on a leader's order: pieces of <see cref="ReplicationSettings.SnapshotChunkBytes"/>,
/// so many under way at a time, from the first unacknowledged one again when nothing moves. Entries and heartbeats get between.
/// </summary>
internal sealed class SnapshotSender(ReplicationSettings settings, Ready ready)
{
    private readonly List<Sending> _sendings = [];

    public Instant NextWake
    {
        get
        {
            var wake = Instant.Never;
            foreach (var sending in _sendings) wake = Instant.Min(wake, sending.MovedAt + settings.RetryInterval);
            return wake;
        }
    }

    /// <summary>The leader orders a snapshot for a replica; a repeated order changes nothing.</summary>
    public void OnOrder(Message.SendSnapshot order, ClusterId cluster, LogIndex atLeast, Instant now)
    {
        var transfer = new SnapshotTransfer(order.Epoch, order.Transfer, order.To);
        if (Find(transfer) is not null) return;
        if (_sendings.Find(sending => sending.Transfer.Peer == order.To) is { } older) Close(older);
        _sendings.Add(new Sending(transfer, order.Seed, cluster, now));
        ready.Effects.Add(new Effect.OpenSnapshot(transfer, atLeast));
    }

    public void OnOpened(SnapshotTransfer transfer, LogPosition position, long length, Instant now)
    {
        if (Find(transfer) is not { Length: 0 } sending)
        {
            ready.Effects.Add(new Effect.CloseSnapshot(transfer)); // Not wanted any more.
            return;
        }

        Invariant.Holds(length > 0);
        sending.Position = position;
        sending.Length = length;
        sending.MovedAt = now;
        Pump(sending);
    }

    public void OnRead(SnapshotTransfer transfer, long offset, ReadOnlyMemory<byte> bytes)
    {
        if (Find(transfer) is not { } sending) return;
        ready.ToReplica(transfer.Peer, new Message.SnapshotChunk(
            transfer.Epoch, transfer.Number, sending.Position, sending.Length, offset, bytes, sending.Seed, sending.Cluster));
    }

    public void OnAcknowledged(ReplicaId from, Message.SnapshotAcknowledged acknowledged, Instant now)
    {
        if (Find(new SnapshotTransfer(acknowledged.Epoch, acknowledged.Transfer, from)) is not { } sending) return;
        if (acknowledged.Done)
        {
            Close(sending);
            return;
        }

        if (acknowledged.Offset > sending.Length) return;
        sending.Reported = acknowledged.Offset;
        if (acknowledged.Offset <= sending.Acknowledged) return;
        sending.Acknowledged = acknowledged.Offset;
        sending.Next = Math.Max(sending.Next, acknowledged.Offset);
        sending.MovedAt = now;
        Pump(sending);
    }

    public void Tick(Instant now)
    {
        foreach (var sending in _sendings)
        {
            if (sending.Length == 0 || now < sending.MovedAt + settings.RetryInterval) continue;
            sending.MovedAt = now;

            // Nothing moves, and the receiver has less than it once had: it restarted, or had no room. It begins anew.
            sending.Acknowledged = Math.Min(sending.Acknowledged, sending.Reported);

            // Complete but not installed yet: a repeated last piece asks how it goes.
            var repeat = sending.Acknowledged == sending.Length ? Math.Max(0, sending.Length - 1) : sending.Acknowledged;
            sending.Next = repeat;
            Pump(sending);
        }
    }

    public void CloseAll()
    {
        foreach (var sending in _sendings) ready.Effects.Add(new Effect.CloseSnapshot(sending.Transfer));
        _sendings.Clear();
    }

    private void Pump(Sending sending)
    {
        var window = (long)settings.SnapshotChunkBytes * Limits.SnapshotChunksInFlightMax;
        while (sending.Next < sending.Length && sending.Next - sending.Acknowledged < window)
        {
            var length = (int)Math.Min(settings.SnapshotChunkBytes, sending.Length - sending.Next);
            ready.Effects.Add(new Effect.ReadSnapshot(sending.Transfer, sending.Next, length));
            sending.Next += length;
        }
    }

    private void Close(Sending sending)
    {
        _sendings.Remove(sending);
        ready.Effects.Add(new Effect.CloseSnapshot(sending.Transfer));
    }

    private Sending? Find(SnapshotTransfer transfer) => _sendings.Find(sending => sending.Transfer == transfer);

    private sealed class Sending(SnapshotTransfer transfer, StoreId seed, ClusterId cluster, Instant now)
    {
        public SnapshotTransfer Transfer { get; } = transfer;

        public StoreId Seed { get; } = seed;

        public ClusterId Cluster { get; } = cluster;

        public LogPosition Position { get; set; }

        /// <summary>0 until it is open.</summary>
        public long Length { get; set; }

        public long Acknowledged { get; set; }

        /// <summary>What the receiver said last.</summary>
        public long Reported { get; set; }

        public long Next { get; set; }

        public Instant MovedAt { get; set; } = now;
    }
}
