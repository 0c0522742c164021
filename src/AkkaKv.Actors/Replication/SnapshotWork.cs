using System.Collections.Concurrent;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;
using AkkaKv.Storage;

namespace AkkaKv.Actors;

/// <summary>
/// The slow work on snapshots, run as tasks beside the replica: each method takes what it needs as arguments and returns what the
/// replica is told. Transfers of one kind are named, so the files behind them are kept here between the steps.
/// </summary>
internal sealed class SnapshotWork(DurableStore store)
{
    private readonly ConcurrentDictionary<SnapshotTransfer, SnapshotFileReader> _outgoing = new();
    private readonly ConcurrentDictionary<SnapshotTransfer, SnapshotFileWriter> _incoming = new();

    /// <summary>Where work on received snapshots belongs: their pieces come in order and stay in order.</summary>
    public TaskQueue Incoming { get; } = new();

    /// <summary>
    /// Where work on snapshots that are being sent belongs: one reader serves one piece at a time, the pieces leave in the order in which
    /// the receiver can use them, and none is read from a file that was closed meanwhile.
    /// </summary>
    public TaskQueue Outgoing { get; } = new();

    /// <summary>Writes a snapshot of the replica's own state.</summary>
    /// <returns>Its position and length.</returns>
    public (LogPosition Position, long Length) Take(Capture capture, ClusterId cluster)
    {
        using (capture)
        {
            using var file = store.Snapshots.Create(cluster, capture.Position);
            var writer = new SnapshotWriter(capture);
            while (writer.WriteNext(file))
            {
            }

            file.Complete();
            return (capture.Position, file.Length);
        }
    }

    /// <summary>Opens the newest snapshot for a transfer to another server.</summary>
    public (LogPosition Position, long Length) Open(SnapshotTransfer transfer, LogPosition position)
    {
        var reader = store.Snapshots.Open(position);
        if (!_outgoing.TryAdd(transfer, reader))
            reader.Dispose();
        return (position, reader.Length);
    }

    /// <summary>Reads a piece of a snapshot that is being sent.</summary>
    public ReadOnlyMemory<byte> Read(SnapshotTransfer transfer, long offset, int length)
    {
        var bytes = new byte[length];
        var read = _outgoing[transfer].Read(offset, bytes);
        return bytes.AsMemory(0, read);
    }

    /// <summary>A transfer to another server is over.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Close(SnapshotTransfer transfer)
    {
        if (!_outgoing.TryRemove(transfer, out var reader))
            return false;
        reader.Dispose();
        return true;
    }

    /// <summary>Writes a piece of a snapshot that is being received; offset 0 begins it anew.</summary>
    /// <returns>How many bytes there are now.</returns>
    public long Write(Effect.WriteSnapshot piece)
    {
        if (piece.Offset == 0)
        {
            Abandon();
            _incoming[piece.Transfer] = store.Snapshots.Receive(piece.Cluster, piece.Position);
        }

        // A piece of a transfer that was given up meanwhile changes nothing.
        if (!_incoming.TryGetValue(piece.Transfer, out var file))
            return 0;
        if (file.Length == piece.Offset)
            file.Append(piece.Bytes.Span);
        return file.Length;
    }

    /// <summary>Completes a received snapshot and loads it.</summary>
    /// <returns>What it holds, and its length.</returns>
    public (KeyValueState State, long Length) Install(SnapshotTransfer transfer, LogPosition position)
    {
        if (!_incoming.TryRemove(transfer, out var file))
            throw new InvalidOperationException("The snapshot is not there.");
        using (file)
            file.Complete();
        using var reader = store.Snapshots.Open(position);
        return (Load(reader), reader.Length);
    }

    /// <summary>The state that a snapshot holds; an empty one when there is none.</summary>
    public static KeyValueState Load(SnapshotFileReader? file, ClusterId cluster) =>
        file is null ? new KeyValueState(cluster) : Load(file);

    /// <summary>The state that a snapshot holds.</summary>
    public static KeyValueState Load(SnapshotFileReader file)
    {
        var reader = new SnapshotReader();
        var buffer = new byte[1024 * 1024];
        long offset = 0;
        while (file.Read(offset, buffer) is var read and > 0)
        {
            reader.Append(buffer.AsSpan(0, read));
            offset += read;
        }

        return reader.Complete();
    }

    /// <summary>The server stops: no transfer goes on.</summary>
    public void Close()
    {
        Abandon();
        foreach (var transfer in _outgoing.Keys)
            Close(transfer);
    }

    private void Abandon()
    {
        foreach (var transfer in _incoming.Keys)
        {
            if (_incoming.TryRemove(transfer, out var file))
                file.Dispose();
        }
    }
}
