using AkkaKv.Core.State;

namespace AkkaKv.Core;

/// <summary>How much of the map a read looks at.</summary>
public enum ReadScope : byte
{
    /// <summary>One key.</summary>
    Key = 1,

    /// <summary>Several keys or all of them, at one moment: MGET, DBSIZE, KEYS, SCAN.</summary>
    WholeStore,
}

/// <summary>A read that <see cref="ILocalReads"/> could not serve at once: it waits for a commit, or asks the leader.</summary>
/// <param name="scope">How much it looks at.</param>
/// <param name="key">The key when the scope is one key; nobody writes to this memory before the answer.</param>
/// <param name="sink">Receives the one answer.</param>
public sealed class ClientRead(ReadScope scope, ReadOnlyMemory<byte> key, IClientReadSink sink)
{
    public ReadScope Scope { get; } = scope;

    public ReadOnlyMemory<byte> Key { get; } = key;

    public IClientReadSink Sink { get; } = sink;
}

/// <summary>Where the answer to a read goes. Exactly one of the two is called, once, and does not throw.</summary>
public interface IClientReadSink
{
    /// <summary>
    /// Called on the replica's thread at a linearizable moment: what <paramref name="state"/> says now is the answer. It takes
    /// what it needs, quickly (for a long walk: a capture), and keeps no reference.
    /// </summary>
    void OnReadable(KeyValueState state);

    /// <summary>The read was not served; reads have no effect, so the client may always retry.</summary>
    void OnRefused(ReplyStatus status);
}
