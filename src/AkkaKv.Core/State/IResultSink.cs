namespace AkkaKv.Core.State;

/// <summary>Learns what became of every request of an entry, in their order, while the entry is applied.</summary>
public interface IResultSink
{
    /// <summary>
    /// One request was decided. Called on the replica's thread before the entry counts as applied; it picks out its own requests and
    /// does not call the state.
    /// </summary>
    /// <param name="sessionId">The session; 0 for requests of servers among themselves.</param>
    /// <param name="sequence">The number in the session.</param>
    /// <param name="outcome">Whether it was executed.</param>
    /// <param name="results">
    /// One result for each command, for <c>ResultReader</c>, if it was executed now or earlier; otherwise empty. Immutable.
    /// </param>
    void OnResult(long sessionId, long sequence, RequestOutcome outcome, ReadOnlyMemory<byte> results);
}
