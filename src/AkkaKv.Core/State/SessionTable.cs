namespace AkkaKv.Core.State;

/// <summary>What became of a request when its entry was applied (rule R9).</summary>
public enum RequestOutcome : byte
{
    /// <summary>Executed now.</summary>
    Executed = 1,

    /// <summary>Executed earlier under the same number; the results are those of then.</summary>
    Repeated,

    /// <summary>Not executed now: its session had said that it has the answer already.</summary>
    Stale,

    /// <summary>Not executed now: the session is unknown, or was closed or displaced since.</summary>
    UnknownSession,
}

/// <summary>
/// The sessions of servers and the results that may be asked for again: what makes a request that is in the log twice take effect
/// once. Part of the replicated state. Of each slot the last four sessions are kept: older incarnations of a server have
/// nothing under way any more.
/// </summary>
internal sealed class SessionTable
{
    /// <summary>Sessions kept of one slot.</summary>
    public const int SessionsPerSlot = 4;

    private readonly Dictionary<long, Session> _byId = [];

    /// <summary>The id given out last; ids are never used again.</summary>
    public long LastId { get; private set; }

    /// <summary>The session of an incarnation: a new one, or the one it has already.</summary>
    public long Open(ReplicaId slot, long incarnation)
    {
        var oldest = long.MaxValue;
        var count = 0;
        foreach (var session in _byId.Values)
        {
            if (session.Slot != slot) continue;
            if (session.Incarnation == incarnation) return session.Id;
            oldest = Math.Min(oldest, session.Id);
            count++;
        }

        if (count >= SessionsPerSlot) _byId.Remove(oldest);
        LastId++;
        _byId.Add(LastId, new Session(LastId, slot, incarnation));
        return LastId;
    }

    public bool Close(long id) => _byId.Remove(id);

    public Session? Find(long id) => _byId.GetValueOrDefault(id);

    /// <summary>An image that does not change any more, in the order of ids.</summary>
    public IReadOnlyList<SessionImage> ToImages() =>
        [.. _byId.Values.OrderBy(static session => session.Id).Select(static session => session.ToImage())];

    /// <summary>Makes the table what a snapshot says.</summary>
    public void Restore(long lastId, IEnumerable<SessionImage> sessions)
    {
        LastId = lastId;
        _byId.Clear();
        foreach (var image in sessions) _byId.Add(image.Id, Session.From(image));
    }
}

/// <summary>One session: one incarnation of one server.</summary>
internal sealed class Session(long id, ReplicaId slot, long incarnation)
{
    private readonly Dictionary<long, ReadOnlyMemory<byte>> _results = [];

    public long Id { get; } = id;

    public ReplicaId Slot { get; } = slot;

    public long Incarnation { get; } = incarnation;

    /// <summary>Everything below was answered; nothing below is recorded.</summary>
    public long Low { get; private set; }

    public static Session From(SessionImage image)
    {
        var session = new Session(image.Id, image.Slot, image.Incarnation) { Low = image.Low };
        foreach (var (sequence, results) in image.Results) session._results.Add(sequence, results);
        return session;
    }

    public bool TryGetResults(long sequence, out ReadOnlyMemory<byte> results) => _results.TryGetValue(sequence, out results);

    public void Record(long sequence, ReadOnlyMemory<byte> results) => _results.Add(sequence, results);

    /// <summary>Forgets the results below <paramref name="low"/>; a lower bound than before means nothing.</summary>
    public void Forget(long low)
    {
        if (low <= Low) return;
        if (low - Low <= _results.Count)
        {
            for (var sequence = Low; sequence < low; sequence++) _results.Remove(sequence);
        }
        else
        {
            // The order does not matter for what is left.
            foreach (var sequence in _results.Keys)
            {
                if (sequence < low) _results.Remove(sequence);
            }
        }

        Low = low;
    }

    public SessionImage ToImage() => new(
        Id, Slot, Incarnation, Low, [.. _results.OrderBy(static pair => pair.Key).Select(static pair => (pair.Key, pair.Value))]);
}

/// <summary>A session as of one moment, its results in the order of their numbers.</summary>
internal sealed record SessionImage(
    long Id, ReplicaId Slot, long Incarnation, long Low, IReadOnlyList<(long Sequence, ReadOnlyMemory<byte> Results)> Results);
