using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <content>Snapshots from replica to replica: catching up beyond the log, and filling a blank store (R12).</content>
public sealed partial class Replica
{
    /// <summary>See <see cref="Effect.OpenSnapshot"/>.</summary>
    /// <param name="transfer">Of the effect.</param>
    /// <param name="position">The last position that the snapshot covers.</param>
    /// <param name="length">Bytes, 1 or more.</param>
    public void OnSnapshotOpened(SnapshotTransfer transfer, LogPosition position, long length) =>
        _sender.OnOpened(transfer, position, length, _clock.Now);

    /// <summary>See <see cref="Effect.ReadSnapshot"/>. Nobody writes to the bytes any more.</summary>
    public void OnSnapshotRead(SnapshotTransfer transfer, long offset, ReadOnlyMemory<byte> bytes) =>
        _sender.OnRead(transfer, offset, bytes);

    /// <summary>See <see cref="Effect.WriteSnapshot"/>.</summary>
    /// <param name="transfer">Of the effect.</param>
    /// <param name="written">How many bytes, from the beginning, are in the file now.</param>
    public void OnSnapshotWritten(SnapshotTransfer transfer, long written) => _receiver.OnWritten(transfer, written);

    /// <summary>
    /// See <see cref="Effect.InstallSnapshot"/>: verified, durable and loaded. A committed prefix of the one log may take the place of
    /// what is here at any time, whatever the epoch is by now.
    /// </summary>
    public void OnSnapshotInstalled(SnapshotTransfer transfer, LogPosition position, KeyValueState state)
    {
        var seed = _receiver.Seed;
        if (_stopped || !_receiver.Finish(transfer, done: true)) return;
        Invariant.Holds(state.Applied == position);
        if (HasPosition(position)) return;
        var seeded = _mode == StoreMode.Blank;
        if (seeded && (seed.Store != _store || transfer.Epoch <= _promised)) return;

        _snapshot = position.Index;
        _log.Restart(position);
        ReplaceState(state);
        Persist(new DurableRecord { Kind = DurableRecordKind.Restart, Ticket = ++_ticket, Base = position });
        if (seeded) BecomeVoter(transfer.Epoch, seed.Cluster);
        _forwarder.OnOutcomesMissed();
        Verify(position.Index);
        Ready.Notices.Add(seeded ? new Notice.StoreSeeded(position) : new Notice.SnapshotInstalled(position));
    }

    /// <summary>The arrived snapshot is damaged or there is no room for it: the leader will order another one.</summary>
    public void OnSnapshotFailed(SnapshotTransfer transfer) => _receiver.Finish(transfer, done: false);

    private void OnSendSnapshot(Message.SendSnapshot order)
    {
        if (Obeys(order)) _sender.OnOrder(order, _cluster, _snapshot, _clock.Now);
    }

    private void OnSnapshotChunk(ReplicaId from, Message.SnapshotChunk chunk)
    {
        var wanted = _mode == StoreMode.Blank
            ? chunk.Seed == _store && _store != StoreId.None && IsSettled
            : chunk.Epoch == _promised && IsSettled;
        if (!wanted) return;
        if (_mode == StoreMode.Voter && HasPosition(chunk.Position))
        {
            // The entries came first. Say so to both.
            Ready.ToReplica(from, new Message.SnapshotAcknowledged(chunk.Epoch, chunk.Transfer, 0, Done: true));
            Verify(LogIndex.Max(chunk.Position.Index, Commit));
            return;
        }

        _receiver.OnChunk(from, chunk);
    }

    private void BecomeVoter(Epoch epoch, ClusterId cluster)
    {
        _mode = StoreMode.Voter;
        _cluster = cluster;
        EnterEpoch(epoch);
        Persist(new DurableRecord { Kind = DurableRecordKind.Promise, Ticket = ++_ticket, Promised = epoch });
        _settlesAt = PersistIdentity();
    }

    private bool HasPosition(LogPosition position) =>
        position.Index <= Commit || (_log.KnowsPosition(position.Index) && _log.PositionOf(position.Index) == position);
}
