namespace AkkaKv.Core;

/// <summary>What an entry carries.</summary>
public enum EntryKind : byte
{
    /// <summary>The first entry of an epoch: it carries the registry of store ids and no request.</summary>
    Barrier = 1,

    /// <summary>Requests, back to back, in the layout of <c>RequestCodec</c>.</summary>
    Requests = 2,
}

/// <summary>One entry of the log. Immutable: the same object may be logged, sent and applied by several threads.</summary>
/// <param name="position">Its name; the epoch is that of the leader that created it, for ever.</param>
/// <param name="stamp">Wall clock of that leader in Unix milliseconds, never less than the previous entry's (rule R14).</param>
/// <param name="kind">What the payload is.</param>
/// <param name="payload">The bytes; nobody writes to them any more.</param>
public sealed class Entry(LogPosition position, long stamp, EntryKind kind, ReadOnlyMemory<byte> payload)
{
    public LogPosition Position { get; } = position;

    public long Stamp { get; } = stamp;

    public EntryKind Kind { get; } = kind;

    public ReadOnlyMemory<byte> Payload { get; } = payload;

    public LogIndex Index => Position.Index;

    public Epoch Epoch => Position.Epoch;

    /// <summary>Bytes of its binary form, see <see cref="EntryCodec"/>.</summary>
    public int EncodedLength => EntryCodec.HeaderBytes + Payload.Length;

    public override string ToString() => $"{Position} {Kind} {Payload.Length} B";
}
