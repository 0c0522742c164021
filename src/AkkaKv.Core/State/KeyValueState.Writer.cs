using AkkaKv.Core.Commands;

namespace AkkaKv.Core.State;

/// <content>The writer's side: marks, application, captures. The replica's thread only.</content>
public sealed partial class KeyValueState
{
    private readonly ItemStore _store;
    private readonly ResultWriter _results = new();
    private readonly CommandExecutor _executor;
    private readonly SessionTable _sessions = new();

    /// <summary>The last entry applied.</summary>
    public LogPosition Applied { get; private set; }

    /// <summary>The stamp of the last entry applied, Unix milliseconds; 0 before the first.</summary>
    public long Stamp { get; private set; }

    /// <summary>Which store each slot has.</summary>
    public StoreRegistry Stores { get; private set; } = StoreRegistry.Empty;

    /// <summary>Unix milliseconds of the soonest expiry; <see cref="Item.NoExpiry"/> when nothing expires.</summary>
    public long SoonestExpiry => _store.Expiries.Soonest;

    /// <summary>
    /// Notes that an entry is in the log, before its append is acknowledged to anybody, and for every entry after the snapshot when a
    /// replica starts.
    /// </summary>
    /// <exception cref="InvariantException">The payload is malformed; whoever let it into the log did not validate it.</exception>
    public void MarkPending(Entry entry)
    {
        Invariant.Holds(entry.Index.Value > _lastLog);
        if (entry.Kind == EntryKind.Requests)
        {
            var payload = entry.Payload.Span;
            while (!payload.IsEmpty)
            {
                Invariant.Holds(RequestCodec.TryRead(ref payload, out var request));
                var reader = new CommandReader(request.Commands);
                while (reader.TryRead(out var command)) Mark(command, entry.Index);
                Invariant.Holds(reader.IsAtEnd);
            }
        }

        Volatile.Write(ref _lastLog, entry.Index.Value);
    }

    /// <summary>Notes that the entries after <paramref name="last"/>, none of them applied, are no longer in the log.</summary>
    public void TruncateAfter(LogIndex last)
    {
        Invariant.Holds(last.Value >= _applied);
        if (last.Value >= _lastLog) return;
        _pending.TruncateAfter(last);
        Volatile.Write(ref _lastLog, last.Value);
    }

    /// <summary>Applies the next committed entry, and says what became of each request in it.</summary>
    /// <exception cref="InvariantException">It is not the next entry, its stamp goes back, or its payload is malformed.</exception>
    public void Apply(Entry entry, IResultSink sink)
    {
        Invariant.Holds(entry.Index.Value == _applied + 1);
        Invariant.Holds(entry.Stamp >= Stamp);
        Volatile.Write(ref _sequence, _sequence + 1);
        Volatile.WriteBarrier(); // What is overwritten in place comes after this.
        if (entry.Kind == EntryKind.Barrier) ApplyBarrier(entry);
        else ApplyRequests(entry, sink);

        Applied = entry.Position;
        Stamp = entry.Stamp;
        Volatile.Write(ref _applied, entry.Index.Value);
        if (_lastLog < _applied) Volatile.Write(ref _lastLog, _applied);
        Volatile.Write(ref _sequence, _sequence + 1);
    }

    /// <summary>
    /// Appends items whose expiry has passed, at most so many, for which to propose <c>ExpireIfUnchanged</c>. Until such a
    /// proposal is applied the same items are found again.
    /// </summary>
    public void CollectExpired(long nowUnixMilliseconds, int max, List<Item> into) =>
        _store.Expiries.Collect(nowUnixMilliseconds, max, into);

    /// <summary>Begins to read the state as it is now, while the writer goes on. Close it when it is not read to the end.</summary>
    public Capture BeginCapture()
    {
        var capture = new Capture(Cluster, Applied, Stamp, Stores, _sessions.ToImages(), _sessions.LastId);
        _table.Attach(capture);
        return capture;
    }

    /// <summary>Makes an empty state what the head of a snapshot says; the items follow by <see cref="TryRestore"/>.</summary>
    internal void Restore(LogPosition position, long stamp, StoreRegistry stores, long lastSessionId, IEnumerable<SessionImage> sessions)
    {
        Invariant.Holds(_applied == 0 && _lastLog == 0);
        Applied = position;
        Stamp = stamp;
        Stores = stores;
        _sessions.Restore(lastSessionId, sessions);
        Volatile.Write(ref _lastLog, position.Index.Value);
        Volatile.Write(ref _applied, position.Index.Value);
    }

    internal bool TryRestore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, LogIndex version, long expireAt) =>
        _store.TryRestore(key, value, version, expireAt);

    private void Mark(in Command command, LogIndex index)
    {
        switch (command.Code)
        {
            case CommandCode.FlushAll:
                _pending.MarkAll(index);
                break;
            case CommandCode.Delete or CommandCode.MultiSet or CommandCode.Guard:
                var items = command.Items;
                while (items.TryTake(out var key, out _, out _)) _pending.Mark(_table.Hash(key), index);
                Invariant.Holds(items.IsEmpty);
                break;
            case CommandCode.Rename or CommandCode.Copy:
                _pending.Mark(_table.Hash(command.Key), index);
                _pending.Mark(_table.Hash(command.Value), index);
                break;
            case CommandCode.OpenSession or CommandCode.CloseSession:
                break;
            default:
                // Reads too: what finds an expired key removes it.
                _pending.Mark(_table.Hash(command.Key), index);
                break;
        }
    }

    private void ApplyBarrier(Entry entry)
    {
        Invariant.Holds(StoreRegistry.TryDecode(entry.Payload.Span, out var stores));
        Stores = stores;
    }

    private void ApplyRequests(Entry entry, IResultSink sink)
    {
        _executor.Enter(entry.Index, entry.Stamp);
        var payload = entry.Payload.Span;
        while (!payload.IsEmpty)
        {
            Invariant.Holds(RequestCodec.TryRead(ref payload, out var request));
            var outcome = ApplyRequest(request, out var results);
            sink.OnResult(request.SessionId, request.Sequence, outcome, results);
        }
    }

    /// <summary>Rule R9, line by line.</summary>
    private RequestOutcome ApplyRequest(in RequestFrame request, out ReadOnlyMemory<byte> results)
    {
        results = default;
        if (request.SessionId == 0)
        {
            results = Execute(request);
            return RequestOutcome.Executed;
        }

        if (_sessions.Find(request.SessionId) is not { } session) return RequestOutcome.UnknownSession;
        if (request.Sequence < session.Low) return RequestOutcome.Stale;
        if (session.TryGetResults(request.Sequence, out results)) return RequestOutcome.Repeated;

        results = Execute(request);
        session.Record(request.Sequence, results);
        session.Forget(request.Low);
        return RequestOutcome.Executed;
    }

    private ReadOnlyMemory<byte> Execute(in RequestFrame request)
    {
        var reader = new CommandReader(request.Commands);
        var goesOn = true;
        for (var i = 0; i < request.Count; i++)
        {
            Invariant.Holds(reader.TryRead(out var command));
            Invariant.Holds(command.IsInternal == (request.SessionId == 0));
            if (!goesOn) _results.Write(ResultKind.ErrorAborted);
            else if (command.Code == CommandCode.OpenSession) _results.WriteInteger(OpenSession(command));
            else if (command.Code == CommandCode.CloseSession) _results.WriteInteger(_sessions.Close(command.Number) ? 1 : 0);
            else goesOn = _executor.Execute(command);
        }

        Invariant.Holds(reader.IsAtEnd);
        return _results.Take();
    }

    private long OpenSession(in Command command) => _sessions.Open(new ReplicaId((byte)command.Limit), command.Number);
}
