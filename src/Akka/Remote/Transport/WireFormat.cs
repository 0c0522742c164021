#nullable enable
namespace Akka.Remote.Transport;

/// <summary>Which of the two connections to a peer a message takes.</summary>
internal enum Lane : byte
{
    /// <summary>System messages and everything addressed to <c>/system</c>: heartbeats and gossip never queue behind bulk data.</summary>
    Control = 1,

    /// <summary>All other messages.</summary>
    Bulk = 2,
}

/// <summary>The first byte of every frame.</summary>
internal enum FrameKind : byte
{
    /// <summary>u16 slot, then the path in UTF-8: messages of this connection may name it by the slot from now on.</summary>
    DefineRecipient = 1,

    /// <summary>As <see cref="DefineRecipient"/>, for senders, which have a table of their own.</summary>
    DefineSender = 2,

    /// <summary>u16 slot, i32 serializer id, then the manifest in UTF-8 (may be empty).</summary>
    DefineType = 3,

    /// <summary>Recipient path, sender path, u16 type slot, then the payload.</summary>
    Message = 4,

    /// <summary>
    /// u64 number, then as <see cref="Message"/>. Numbers count up by one, from 1 or from <see cref="SystemMessagesBegin"/>.
    /// </summary>
    SystemMessage = 5,

    /// <summary>Empty. Says that the connection is alive and asks for a <see cref="HeartbeatReply"/>.</summary>
    Heartbeat = 6,

    /// <summary>Empty. Flows back to the one who opened the connection.</summary>
    HeartbeatReply = 7,

    /// <summary>u64: all system messages up to this number have been delivered. Flows back.</summary>
    Ack = 8,

    /// <summary>Empty. Flows back: the sender of this frame has quarantined the one who opened the connection.</summary>
    Quarantined = 9,

    /// <summary>
    /// u64: no system message up to this number will be sent again. The first frame on the control lane when that is above 0: a peer that
    /// was restarted, or has forgotten the association, begins to count there.
    /// </summary>
    SystemMessagesBegin = 10,
}

/// <summary>
/// The bytes on a connection. Integers are little-endian. A connection begins with a handshake (see <see cref="Handshake"/>),
/// then carries frames:
/// <code>
/// frame   = u32 length of the rest (1 .. maximum-frame-size), u8 kind, body by kind
/// path    = u16 slot of an earlier definition
///         | 0xFFFF, u16 length, UTF-8       a path that is used once, such as that of an Ask
///         | 0xFFFE                          no path: a message without a sender
/// </code>
/// Messages flow only from the one who opened the connection; replies to it (acks, heartbeat replies) flow back. Paths of
/// recipients are relative to the receiving system. A sender's path that starts with '/' is relative to the sending
/// system; any other one is in full. Slots are reused when the tables are full: a definition always replaces what the
/// slot meant before.
/// </summary>
internal static class WireFormat
{
    internal const int LengthPrefixBytes = sizeof(uint);
    internal const ushort InlinePath = 0xFFFF;
    internal const ushort NoPath = 0xFFFE;

    /// <summary>Slots of each table of a connection: bounds what a connection remembers at either end.</summary>
    internal const int TableSlots = 1024;

    /// <summary>Longest path or manifest in UTF-8 bytes.</summary>
    internal const int TextBytesMax = 4096;

    /// <summary>What a message's frame may hold beside its payload: kind, number, two inline paths and a type.</summary>
    internal const int MessageOverheadBytesMax = 1 + sizeof(ulong) + 2 * (4 + TextBytesMax) + sizeof(ushort);

    /// <summary>
    /// Definitions and replies must fit whatever <c>maximum-frame-size</c> says; a setting below this is refused.
    /// </summary>
    internal const int FrameBytesMin = 32_000;
}

/// <summary>What a peer sent does not follow the wire format or the rules of the handshake.</summary>
internal sealed class WireFormatException(string message) : Exception(message);
