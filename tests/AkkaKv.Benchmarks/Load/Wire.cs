using System.Buffers;

namespace AkkaKv.Benchmarks.Load;

/// <summary>What a reply says.</summary>
internal enum ReplyKind
{
    /// <summary>A write is done.</summary>
    Ok,

    /// <summary>A read found a value.</summary>
    Value,

    /// <summary>A read found nothing.</summary>
    Nothing,

    /// <summary>The request was refused.</summary>
    Error,

    /// <summary>No reply: something between them that only the wire cares for.</summary>
    Interlude,
}

/// <summary>One connection's protocol: how requests are put, and what the replies say. Replies come in the order of requests.</summary>
/// <param name="data">What is written and read.</param>
internal abstract class Wire(Dataset data)
{
    protected Dataset Data { get; } = data;

    /// <summary>No request is longer, in bytes.</summary>
    public abstract int RequestBytesMax { get; }

    /// <summary>Bytes to send before the first request.</summary>
    public virtual ReadOnlySpan<byte> Preface => default;

    /// <summary>Writes a request.</summary>
    /// <returns>Its length.</returns>
    public abstract int WritePut(Span<byte> output, int key, int version);

    /// <summary>Writes a request.</summary>
    /// <returns>Its length.</returns>
    public abstract int WriteGet(Span<byte> output, int key);

    /// <summary>Looks at what begins the input. Until a reply is complete each call gets the same bytes with more behind.</summary>
    /// <param name="input">The bytes received.</param>
    /// <param name="consumed">The length of the reply.</param>
    /// <param name="kind">What it says.</param>
    /// <param name="text">The value read, or the words of an error.</param>
    public abstract OperationStatus Read(ReadOnlySpan<byte> input, out int consumed, out ReplyKind kind, out ReadOnlySpan<byte> text);

    /// <summary>Writes what the wire owes the server by itself. Called again until there is nothing more.</summary>
    /// <returns>Its length, mostly 0.</returns>
    public virtual int WriteInterlude(Span<byte> output) => 0;
}
