using AkkaKv.Core;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Polling;

/// <summary>
/// Writers of replies for the members of one loop, and of its thread alone. Who has no reply to write holds none: idle connections
/// cost no buffer, and busy ones write where the last one wrote, into memory that the processor still has in its cache.
/// </summary>
internal sealed class ReplyPool : IDisposable
{
    private readonly Stack<ReplyWriter> _writers = new();

    public ReplyWriter Take() => _writers.TryPop(out var writer) ? writer : new ReplyWriter();

    /// <summary>Takes back one that is empty.</summary>
    public void Return(ReplyWriter writer)
    {
        Invariant.Holds(writer.Length == 0); // Nobody ever gets what was meant for another.
        _writers.Push(writer);
    }

    public void Dispose()
    {
        foreach (var writer in _writers)
            writer.Dispose();
        _writers.Clear();
    }
}
