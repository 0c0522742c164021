namespace AkkaKv.Core.Replication;

/// <summary>Collects the pieces of one snapshot at a time, in order, into a file that the host keeps aside until it is complete.</summary>
internal sealed class SnapshotReceiver(Ready ready)
{
    private SnapshotTransfer _transfer;
    private LogPosition _position;
    private long _length;
    private long _handed;
    private long _written;
    private bool _installing;

    /// <summary>What arrives, or nothing.</summary>
    public SnapshotTransfer? Transfer => _length > 0 ? _transfer : null;

    /// <summary>Blank store that the arriving snapshot makes a voter, and of which cluster; none otherwise.</summary>
    public (StoreId Store, ClusterId Cluster) Seed { get; private set; }

    /// <summary>A piece arrived that is wanted.</summary>
    public void OnChunk(ReplicaId from, Message.SnapshotChunk chunk)
    {
        var transfer = new SnapshotTransfer(chunk.Epoch, chunk.Transfer, from);
        if (Transfer != transfer || chunk.Position != _position || chunk.Length != _length)
        {
            if (_installing) return; // One after the other.
            if (chunk.Length <= 0) return;
            _transfer = transfer;
            _position = chunk.Position;
            _length = chunk.Length;
            _handed = _written = 0;
            Seed = (chunk.Seed, chunk.Cluster);
        }

        if (chunk.Offset == _handed && !_installing && chunk.Bytes.Length > 0 && chunk.Bytes.Length <= _length - _handed)
        {
            ready.Effects.Add(new Effect.WriteSnapshot(_transfer, Seed.Cluster, _position, chunk.Offset, chunk.Bytes));
            _handed += chunk.Bytes.Length;
        }
        else
        {
            Acknowledge(done: false);
        }
    }

    /// <summary>The host has written so many bytes.</summary>
    public void OnWritten(SnapshotTransfer transfer, long written)
    {
        if (Transfer != transfer || written <= _written || _handed < written) return;
        _written = written;
        Acknowledge(done: false);
        if (_written < _length) return;
        _installing = true;
        ready.Effects.Add(new Effect.InstallSnapshot(_transfer, _position));
    }

    /// <summary>The snapshot is installed, or is no good or could not be written: room for another one.</summary>
    /// <returns>False if it was not this one.</returns>
    public bool Finish(SnapshotTransfer transfer, bool done)
    {
        if (Transfer != transfer || (done && !_installing)) return false;
        if (done) Acknowledge(done: true);
        _installing = false;
        _length = 0;
        return true;
    }

    private void Acknowledge(bool done) =>
        ready.ToReplica(_transfer.Peer, new Message.SnapshotAcknowledged(_transfer.Epoch, _transfer.Number, _written, done));
}
