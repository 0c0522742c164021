using System.Buffers.Binary;

namespace AkkaKv.Core.State;

/// <summary>
/// Puts a state together from the payloads of good blocks. Checksums find accidents; this also refuses what no writer would have
/// written: blocks out of order, counts that do not agree, keys that come twice.
/// </summary>
internal sealed class SnapshotAssembler
{
    private readonly List<SessionImage> _sessions = [];
    private KeyValueState? _state;
    private LogPosition _position;
    private long _stamp;
    private StoreRegistry _stores = StoreRegistry.Empty;
    private long _lastSessionId;
    private long _itemsExpected;
    private int _sessionsExpected;
    private long _resultsExpected;
    private List<(long Sequence, ReadOnlyMemory<byte> Results)> _results = [];
    private bool _sessionsRestored;
    private long _blocks;
    private long _offset;

    public bool IsComplete { get; private set; }

    public KeyValueState State => _state!;

    public void Take(SnapshotBlock kind, ReadOnlySpan<byte> payload, long offset)
    {
        _offset = offset;
        if (kind == SnapshotBlock.Header != (_state is null)) throw Damaged("a block is out of order");
        if (kind is SnapshotBlock.Items or SnapshotBlock.Footer) RestoreSessions();
        switch (kind)
        {
            case SnapshotBlock.Header: TakeHeader(payload); break;
            case SnapshotBlock.Session: TakeSession(payload); break;
            case SnapshotBlock.Results: TakeResults(payload); break;
            case SnapshotBlock.Items: TakeItems(payload); break;
            case SnapshotBlock.Footer: TakeFooter(payload); break;
            default: throw Damaged("a block has an unknown kind");
        }

        _blocks++;
    }

    private void TakeHeader(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < SnapshotFormat.HeaderBytesMin) throw Damaged("the header is too short");
        var cluster = new ClusterId(new Guid(payload[..16], bigEndian: true));
        payload = payload[16..];
        var round = (ulong)TakeInt64(ref payload);
        var slot = TakeOctet(ref payload);
        var nonce = (ulong)TakeInt64(ref payload);
        var index = new LogIndex(TakeInt64(ref payload));
        _position = new LogPosition(new Epoch(round, slot, nonce), index);
        _stamp = TakeInt64(ref payload);
        _itemsExpected = TakeInt64(ref payload);
        _lastSessionId = TakeInt64(ref payload);
        _sessionsExpected = TakeInt32(ref payload);
        if (index < LogIndex.Zero || _itemsExpected < 0 || _lastSessionId < 0 || _sessionsExpected < 0)
            throw Damaged("the header holds a negative number");
        if (!StoreRegistry.TryDecode(payload, out _stores)) throw Damaged("the registry of stores is malformed");
        _state = new KeyValueState(cluster);
    }

    private void TakeSession(ReadOnlySpan<byte> payload)
    {
        if (_sessionsRestored || _results.Count != _resultsExpected) throw Damaged("a session is out of order");
        if (payload.Length != SnapshotFormat.SessionBytes) throw Damaged("a session has the wrong length");
        var id = TakeInt64(ref payload);
        var slot = TakeOctet(ref payload);
        var incarnation = TakeInt64(ref payload);
        var low = TakeInt64(ref payload);
        _resultsExpected = TakeInt64(ref payload);
        var previous = _sessions.Count == 0 ? 0 : _sessions[^1].Id;
        if (id <= previous || id > _lastSessionId || slot >= Limits.ReplicasMax || low < 0 || _resultsExpected < 0)
            throw Damaged("a session holds an impossible number");
        _results = [];
        _sessions.Add(new SessionImage(id, new ReplicaId(slot), incarnation, low, _results));
    }

    private void TakeResults(ReadOnlySpan<byte> payload)
    {
        if (_sessionsRestored || _sessions.Count == 0 || payload.IsEmpty) throw Damaged("results are out of order");
        while (!payload.IsEmpty)
        {
            if (payload.Length < SnapshotFormat.ResultHeadBytes) throw Damaged("a result is cut off");
            var sequence = TakeInt64(ref payload);
            var length = TakeInt32(ref payload);
            if (length < 0 || length > payload.Length) throw Damaged("a result is cut off");
            var previous = _results.Count == 0 ? _sessions[^1].Low - 1 : _results[^1].Sequence;
            if (sequence <= previous || _results.Count == _resultsExpected) throw Damaged("a result is out of order");
            _results.Add((sequence, payload[..length].ToArray()));
            payload = payload[length..];
        }
    }

    private void RestoreSessions()
    {
        if (_sessionsRestored) return;
        if (_sessions.Count != _sessionsExpected || _results.Count != _resultsExpected) throw Damaged("sessions or results are missing");
        _sessionsRestored = true;
        State.Restore(_position, _stamp, _stores, _lastSessionId, _sessions);
    }

    private void TakeItems(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) throw Damaged("a block of items is empty");
        while (!payload.IsEmpty)
        {
            if (payload.Length < SnapshotFormat.ItemHeadBytes) throw Damaged("an item is cut off");
            var version = new LogIndex(TakeInt64(ref payload));
            var expireAt = TakeInt64(ref payload);
            var keyLength = TakeInt32(ref payload);
            var valueLength = TakeInt32(ref payload);
            if (keyLength < 0 || valueLength < 0 || (long)keyLength + valueLength > payload.Length) throw Damaged("an item is cut off");
            if (version <= LogIndex.Zero || version > _position.Index) throw Damaged("an item has an impossible version");
            var key = payload[..keyLength];
            if (!State.TryRestore(key, payload.Slice(keyLength, valueLength), version, expireAt)) throw Damaged("a key comes twice");
            payload = payload[(keyLength + valueLength)..];
        }
    }

    private void TakeFooter(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != SnapshotFormat.FooterBytes) throw Damaged("the footer has the wrong length");
        var items = TakeInt64(ref payload);
        var blocks = TakeInt64(ref payload);
        if (items != _itemsExpected || items != State.Count) throw Damaged("the number of items does not agree");
        if (blocks != _blocks) throw Damaged("the number of blocks does not agree");
        IsComplete = true;
    }

    private SnapshotDamagedException Damaged(string reason) => new(_offset, reason);

    private static byte TakeOctet(ref ReadOnlySpan<byte> rest)
    {
        var value = rest[0];
        rest = rest[1..];
        return value;
    }

    private static int TakeInt32(ref ReadOnlySpan<byte> rest)
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(rest);
        rest = rest[sizeof(int)..];
        return value;
    }

    private static long TakeInt64(ref ReadOnlySpan<byte> rest)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[sizeof(long)..];
        return value;
    }
}
