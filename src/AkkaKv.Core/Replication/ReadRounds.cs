namespace AkkaKv.Core.Replication;

/// <summary>
/// The leader's side of rule R8: a question is answered with the commit index at its arrival, once a majority has acknowledged a
/// heartbeat that was sent after it arrived. One heartbeat confirms all that had arrived before it.
/// </summary>
internal sealed class ReadRounds(ProtocolRules rules, Ready ready)
{
    private readonly Queue<Question> _questions = new();
    private readonly List<(ReplicaId From, long Id)> _early = [];

    /// <summary>The highest heartbeat that a question waits for; 0 when none waits.</summary>
    public ulong Awaited { get; private set; }

    public void Ask(ReplicaId from, long id, LogIndex commit, LogIndex barrier, ulong lastSent)
    {
        if (_questions.Count + _early.Count >= Limits.PendingReadsMax) return; // It asks again.
        if (!rules.KnowsCommit(commit, barrier))
        {
            _early.Add((from, id));
            return;
        }

        Awaited = rules.ConfirmingSequence(lastSent);
        _questions.Enqueue(new Question(from, id, commit, Awaited));
    }

    /// <summary>The barrier is committed: what came too early counts as if it came now.</summary>
    public void OnBarrierCommitted(LogIndex commit, LogIndex barrier, ulong lastSent)
    {
        foreach (var (from, id) in _early) Ask(from, id, commit, barrier, lastSent);
        _early.Clear();
    }

    /// <summary>A majority has acknowledged a heartbeat.</summary>
    public void OnAcknowledged(Epoch epoch, ulong byMajority)
    {
        while (_questions.TryPeek(out var question) && question.Sequence <= byMajority)
        {
            _questions.Dequeue();
            ready.ToReplica(question.From, new Message.ReadIndexed(epoch, question.Id, question.Index));
        }

        if (_questions.Count == 0) Awaited = 0;
    }

    private readonly record struct Question(ReplicaId From, long Id, LogIndex Index, ulong Sequence);
}
