using System.Collections.Immutable;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;
using AkkaKv.Storage;

namespace AkkaKv.Simulation.World;

/// <content>Slow work for the replica: reads of the log, snapshots made, sent and received.</content>
internal sealed partial class SimulatedServer
{
    private readonly Dictionary<SnapshotTransfer, SnapshotFileReader> _readers = [];
    private readonly Dictionary<SnapshotTransfer, MemoryStream> _received = [];
    private Capture? _capture;
    private LogPosition? _checkpoint;
    private LogIndex _snapshotAt;
    private long _effectsUntil;

    private void Do(Effect effect)
    {
        var life = Life;
        var duration = Timeline.Milliseconds(_random.NextDouble() * (_random.Chance(0.1) ? 50 : 2));
        _effectsUntil = Math.Max(_effectsUntil, Timeline.Now + duration); // In order, as on one thread.
        Timeline.At(_effectsUntil, () =>
        {
            if (life == Life) Survives(() => DoNow(effect, Replica!));
        });
    }

    private void DoNow(Effect effect, Replica replica)
    {
        switch (effect)
        {
            case Effect.ReadLog read:
                ReadLog(read, replica);
                break;
            case Effect.OpenSnapshot open:
                OpenSnapshot(open, replica);
                break;
            case Effect.ReadSnapshot read when _readers.TryGetValue(read.Transfer, out var reader):
                var piece = new byte[read.Length];
                var count = reader.Read(read.Offset, piece);
                PostToReplica(() => replica.OnSnapshotRead(read.Transfer, read.Offset, piece.AsMemory(0, count)));
                break;
            case Effect.CloseSnapshot close:
                if (_readers.Remove(close.Transfer, out var closed)) closed.Dispose();
                break;
            case Effect.WriteSnapshot write:
                WriteSnapshot(write, replica);
                break;
            case Effect.InstallSnapshot install:
                InstallSnapshot(install, replica);
                break;
            default:
                break;
        }
    }

    private void ReadLog(Effect.ReadLog read, Replica replica)
    {
        var entries = read.After > LogIndex.Zero ? _store!.Log.Read(read.After, read.BytesMax + 1024) : [];
        LogPosition? previous = null;
        if (entries.Count > 1 && entries[0].Index == read.After)
        {
            previous = entries[0].Position;
            entries = [.. entries.Skip(1)];
        }
        else if (_store!.Log.Base.Index == read.After)
        {
            previous = _store.Log.Base;
            entries = _store.Log.Read(read.After.Next, read.BytesMax);
        }

        ImmutableArray<Entry> answer = previous is null ? [] : [.. entries];
        PostToReplica(() => replica.OnLogRead(read.Ticket, previous ?? default, answer));
    }

    private void OpenSnapshot(Effect.OpenSnapshot open, Replica replica)
    {
        var position = _store!.Log.Base;
        if (position != LogPosition.Start && open.AtLeast <= position.Index)
        {
            if (_readers.ContainsKey(open.Transfer)) return;
            var reader = _store.Snapshots.Open(position);
            _readers.Add(open.Transfer, reader);
            PostToReplica(() => replica.OnSnapshotOpened(open.Transfer, position, reader.Length));
            return;
        }

        BeginSnapshot(replica);
        Do(open); // Until there is one.
    }

    private void WriteSnapshot(Effect.WriteSnapshot write, Replica replica)
    {
        if (Disk.CapacityBytes == 0)
        {
            _received.Remove(write.Transfer);
            PostToReplica(() => replica.OnSnapshotFailed(write.Transfer));
            return;
        }

        if (write.Offset == 0) _received[write.Transfer] = new MemoryStream();
        if (!_received.TryGetValue(write.Transfer, out var file)) return;
        file.Position = write.Offset;
        file.Write(write.Bytes.Span);
        var written = file.Length;
        PostToReplica(() => replica.OnSnapshotWritten(write.Transfer, written));
    }

    private void InstallSnapshot(Effect.InstallSnapshot install, Replica replica)
    {
        if (!_received.Remove(install.Transfer, out var file)) return;
        var bytes = file.ToArray();
        KeyValueState state;
        try
        {
            var reader = new SnapshotReader();
            reader.Append(bytes);
            state = reader.Complete();
            During(FileWork.Installation, () =>
            {
                using var writer = _store!.Snapshots.Receive(state.Cluster, install.Position);
                writer.Append(bytes);
                writer.Complete();
            });
        }
        catch (StorageFailureException failure) when (failure.IsDiskFull)
        {
            PostToReplica(() => replica.OnSnapshotFailed(install.Transfer));
            return;
        }

        PostToReplica(() => replica.OnSnapshotInstalled(install.Transfer, install.Position, state));
    }

    private void ConsiderSnapshot(Replica replica)
    {
        // In peace there are none, or who fell behind never catches up with the end of so short a log.
        if (_cluster.IsHealed && _cluster.Plan.Has(Faults.CrashInside)) return;
        if (replica.State.AppliedIndex - _snapshotAt >= _cluster.Plan.EntriesUntilSnapshot) BeginSnapshot(replica);
    }

    /// <summary>Captures the state now; it is written a while later, when the state has moved on.</summary>
    private void BeginSnapshot(Replica replica)
    {
        if (_capture is not null || _checkpoint is not null || Memory!.Mode != StoreMode.Voter) return;
        if (replica.State.AppliedIndex == LogIndex.Zero || replica.State.AppliedIndex <= _store!.Log.Base.Index) return;
        _capture = replica.State.BeginCapture();
        _snapshotAt = _capture.Position.Index;
        var life = Life;
        Timeline.After(Timeline.Milliseconds(_random.NextDouble() * 30), () =>
        {
            if (life == Life) Survives(WriteOwnSnapshot);
        });
    }

    private void WriteOwnSnapshot()
    {
        var capture = _capture!;
        _capture = null;
        try
        {
            During(FileWork.Snapshot, () =>
            {
                using var writer = _store!.Snapshots.Create(capture.Cluster, capture.Position);
                var content = new SnapshotWriter(capture);
                while (content.WriteNext(writer))
                {
                }

                writer.Complete();
            });
        }
        catch (StorageFailureException failure) when (failure.IsDiskFull)
        {
            capture.Dispose();
            return; // The next one tries again.
        }

        _checkpoint = capture.Position;
        _cluster.Snapshots++;
        PutCheckpointInForce();
    }

    /// <summary>Not while the log on disk still waits to get as far as the snapshot, or to lose other entries in its place.</summary>
    private void PutCheckpointInForce()
    {
        if (_checkpoint is not { } position || _store!.Log.Last < position.Index) return;
        if (_writing.Concat(_waiting).Any(record => Replaces(record, position))) return;
        _checkpoint = null;
        if (position.Index <= _store.Log.Base.Index) return;
        During(FileWork.Tidying, () =>
        {
            if (!_store.Log.TryCheckpoint(position)) return;
            _cluster.Trace.Say($"{Id} has a snapshot up to {position}");
            var replica = Replica!;
            PostToReplica(() => replica.OnSnapshotTaken(position));
            _store.Tidy();
        });
    }

    private static bool Replaces(in DurableRecord record, LogPosition position) =>
        record.Kind == DurableRecordKind.Restart || (record.Kind == DurableRecordKind.Truncate && record.From <= position.Index);
}
