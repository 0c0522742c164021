namespace AkkaKv.Core;

/// <summary>
/// One submission of one session: <paramref name="count"/> write commands, encoded back to back by <c>CommandWriter</c>. These
/// very bytes are forwarded, logged, replicated and applied. Its commands take effect in their order with no other command
/// between them. Two submissions that are under way together may take effect in either order: a session that owes its
/// client an order sends the next one when the previous one is answered.
/// </summary>
/// <param name="commands">The encoded commands; nobody writes to this memory before the answer.</param>
/// <param name="count">How many commands there are, 1 or more.</param>
/// <param name="sink">Receives the one answer.</param>
public sealed class ClientRequest(ReadOnlyMemory<byte> commands, int count, IClientReplySink sink)
{
    public ReadOnlyMemory<byte> Commands { get; } = commands;

    public int Count { get; } = count;

    public IClientReplySink Sink { get; } = sink;
}
