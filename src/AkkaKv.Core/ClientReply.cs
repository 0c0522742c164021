namespace AkkaKv.Core;

/// <summary>What became of a submission, and so what a client may conclude.</summary>
public enum ReplyStatus : byte
{
    /// <summary>On disk at a majority and applied, exactly once; the results are there. Survives any minority of failures.</summary>
    Committed = 1,

    /// <summary>Never executed: this server is still recovering or catching up.</summary>
    Loading,

    /// <summary>Never executed: no leader was found within the request timeout.</summary>
    TryAgain,

    /// <summary>Never executed: fewer than a majority of servers can be reached.</summary>
    NoReplicas,

    /// <summary>Unknown: the outcome could not be learned within the request timeout. It may take effect, at most once.</summary>
    Uncertain,

    /// <summary>Never executed: a queue is full; a client may retry a little later.</summary>
    Busy,

    /// <summary>Never executed: the disks have no room. Reads go on.</summary>
    DiskFull,
}

/// <summary>The answer to one <see cref="ClientRequest"/>.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Results">
/// When <see cref="ReplyStatus.Committed"/>: one result for each command, in order, for <c>ResultReader</c>; otherwise empty.
/// The memory is immutable and stays valid for ever.
/// </param>
public readonly record struct ClientReply(ReplyStatus Status, ReadOnlyMemory<byte> Results);

/// <summary>Where the answer to a submission goes.</summary>
public interface IClientReplySink
{
    /// <summary>Called exactly once, on the replica's thread: it is quick and does not throw.</summary>
    void OnReply(ClientReply reply);
}
