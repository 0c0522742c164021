using System.Buffers;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;

namespace AkkaKv.Core.Tests.Replication;

/// <summary>A disk in memory: what was synced survives, in order, and nothing else.</summary>
internal sealed class TestStore(StoreId id)
{
    private readonly Queue<DurableRecord> _unsynced = new();

    private readonly List<Entry> _entries = [];
    private StoreMode _mode = StoreMode.Blank;
    private StoreId _id = id;
    private ClusterId _cluster;
    private Epoch _promised;
    private LogPosition _base;
    private byte[]? _snapshot;
    private LogPosition _snapshotPosition;
    private long _incarnation;

    public IReadOnlyList<Entry> Entries => _entries;

    public Epoch Promised => _promised;

    public StoreMode Mode => _mode;

    public LogPosition SnapshotPosition => _snapshotPosition;

    public byte[]? Snapshot => _snapshot;

    public bool HasUnsynced => _unsynced.Count > 0;

    public void Write(DurableRecord record) => _unsynced.Enqueue(record);

    /// <summary>Makes everything written durable.</summary>
    /// <returns>The last ticket; 0 when there was nothing.</returns>
    public long Sync()
    {
        long ticket = 0;
        while (_unsynced.TryDequeue(out var record))
        {
            ticket = record.Ticket;
            Apply(record);
        }

        return ticket;
    }

    public void Lose() => _unsynced.Clear();

    /// <summary>Another disk in its place.</summary>
    public void Wipe(StoreId id)
    {
        _unsynced.Clear();
        _entries.Clear();
        _mode = StoreMode.Blank;
        _id = id;
        _cluster = default;
        _promised = default;
        _base = default;
        _snapshot = null;
        _snapshotPosition = default;
    }

    public void Install(byte[] snapshot, LogPosition position)
    {
        _snapshot = snapshot;
        _snapshotPosition = position;
    }

    /// <summary>A snapshot of the own state, and the log before it goes.</summary>
    public void Take(KeyValueState state)
    {
        var position = state.Applied;
        Install(Encode(state), position);
        _entries.RemoveAll(entry => entry.Index <= position.Index);
        if (_base.Index < position.Index) _base = position;
    }

    public RecoveredReplica Recover()
    {
        _incarnation++;
        var continues = _base == _snapshotPosition || _entries.Exists(entry => entry.Position == _snapshotPosition);
        if (!continues)
        {
            _entries.Clear();
            _base = _snapshotPosition;
        }

        return new RecoveredReplica
        {
            Mode = _mode,
            StoreId = _id,
            Incarnation = _incarnation,
            ClusterId = _cluster,
            Promised = _promised,
            State = _snapshot is null ? new KeyValueState(_cluster) : Decode(_snapshot),
            Snapshot = _snapshotPosition,
            Entries = [.. _entries.Where(entry => entry.Index > _snapshotPosition.Index)],
        };
    }

    public static byte[] Encode(KeyValueState state)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new SnapshotWriter(state.BeginCapture());
        while (writer.WriteNext(output))
        {
        }

        return output.WrittenSpan.ToArray();
    }

    public static KeyValueState Decode(ReadOnlySpan<byte> snapshot)
    {
        var reader = new SnapshotReader();
        reader.Append(snapshot);
        return reader.Complete();
    }

    private void Apply(DurableRecord record)
    {
        switch (record.Kind)
        {
            case DurableRecordKind.Append:
                Assert.Equal((_entries.Count == 0 ? _base.Index : _entries[^1].Index).Next, record.Entry!.Index);
                _entries.Add(record.Entry);
                break;
            case DurableRecordKind.Truncate:
                _entries.RemoveAll(entry => record.From <= entry.Index);
                break;
            case DurableRecordKind.Promise:
                Assert.True(_promised < record.Promised);
                _promised = record.Promised;
                break;
            case DurableRecordKind.Identity:
                _mode = record.Mode;
                _cluster = record.ClusterId;
                break;
            case DurableRecordKind.Restart:
                Assert.Equal(_snapshotPosition, record.Base);
                _entries.Clear();
                _base = record.Base;
                break;
        }
    }
}
