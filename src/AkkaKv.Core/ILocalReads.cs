using AkkaKv.Core.State;

namespace AkkaKv.Core;

/// <summary>
/// Linearizable reads from this server's own memory, under its lease (rule R7). Callable from any thread, without locks.
/// </summary>
public interface ILocalReads
{
    /// <summary>Looks up one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="read">
    /// Takes what is wanted from what the key holds, or from null when it holds nothing. It may run more than once; what it took in a
    /// run before the last, or if the result is false, must be forgotten. It looks at the value only once and does not throw on one that
    /// changes under it.
    /// </param>
    /// <returns>
    /// False when this cannot be answered at once: no lease, or an uncommitted entry on the key. Send a <see cref="ClientRead"/>.
    /// </returns>
    bool TryGet(ReadOnlySpan<byte> key, Action<Item?> read);

    /// <summary>
    /// Reads several keys as of one moment. <paramref name="read"/> may run more than once, and what it collected in a run
    /// before the last must be forgotten; it does not throw on a state that changes under it.
    /// </summary>
    /// <returns>False when this cannot be answered at once. Send a <see cref="ClientRead"/> of the whole store.</returns>
    bool TryRead<TArg>(TArg arg, Action<KeyValueState, TArg> read);
}
