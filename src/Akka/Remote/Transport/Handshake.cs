#nullable enable
using Akka.Actor;

namespace Akka.Remote.Transport;

/// <summary>Why a connection was refused. Values are wire format: never renumber.</summary>
internal enum Refusal : byte
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>The peer speaks another version of the protocol.</summary>
    Version = 1,

    /// <summary>The peer wants to reach an address (system name, host or port) that is not this system's.</summary>
    WrongAddress = 2,

    /// <summary>The peer's incarnation is quarantined here.</summary>
    Quarantined = 3,

    /// <summary>The peer has quarantined the incarnation that it reached.</summary>
    QuarantinedByPeer = 4,

    /// <summary>The system is shutting down.</summary>
    ShuttingDown = 5,

    /// <summary>The connection is older than one that is known already, or of an incarnation that has been replaced.</summary>
    Stale = 6,
}

/// <summary>What the one who opens a connection says first.</summary>
/// <param name="Lane">Which messages will follow.</param>
/// <param name="From">The address under which the peer is reached itself.</param>
/// <param name="Uid">Its incarnation.</param>
/// <param name="To">The address it wants to reach.</param>
/// <param name="QuarantinedUid">The incarnation that it will not speak with, or 0.</param>
/// <param name="Attempt">Counts the connections of the lane: of two that arrive together the higher one is the one in use.</param>
internal sealed record Hello(Lane Lane, Address From, int Uid, Address To, int QuarantinedUid, ulong Attempt);

/// <summary>The answer to a <see cref="Hello"/>.</summary>
/// <param name="Refusal">Why the connection is refused, or <see cref="Refusal.None"/>.</param>
/// <param name="Uid">The incarnation that answers.</param>
/// <param name="FrameBytesMax">The longest frame that it takes.</param>
/// <param name="Reason">The refusal in words.</param>
internal sealed record Welcome(Refusal Refusal, int Uid, int FrameBytesMax, string Reason);

/// <summary>
/// The first exchange on a connection, both ways: u32 magic, u16 version, u16 length of the body, body. The head is the same in every
/// version of the protocol, so that a peer of another version is recognised and can be told so.
/// </summary>
internal static class Handshake
{
    internal const int HeadBytes = 8;

    private const uint Magic = 0x4B41_6B76;
    private const ushort Version = 1;
    private const int BodyBytesMax = 4096;

    /// <summary>Reads the head and returns the length of the body.</summary>
    /// <param name="version">The peer's version: the body may be read only if it is <see cref="IsSpoken"/>.</param>
    /// <exception cref="WireFormatException">The peer does not speak this protocol at all.</exception>
    internal static int ReadHead(ReadOnlySpan<byte> head, out ushort version)
    {
        var reader = new FrameReader(head);
        if ((uint)reader.ReadInt32() != Magic)
            throw new WireFormatException("no greeting of this protocol");

        version = reader.ReadUInt16();
        var length = reader.ReadUInt16();
        return length <= BodyBytesMax ? length : throw new WireFormatException($"a greeting of {length} bytes");
    }

    internal static bool IsSpoken(ushort version) => version == Version;

    /// <summary>The refusal that tells a peer of another version which one is spoken here.</summary>
    internal static Welcome RefuseVersion(ushort version, int uid) =>
        new(Refusal.Version, uid, 0, $"protocol version {version} is not spoken here, {Version} is");

    internal static void Write(FrameBuffer buffer, Hello hello)
    {
        var body = WriteHead(buffer);
        buffer.WriteUInt16((ushort)hello.Lane);
        WriteAddress(buffer, hello.From);
        buffer.WriteInt32(hello.Uid);
        WriteAddress(buffer, hello.To);
        buffer.WriteInt32(hello.QuarantinedUid);
        buffer.WriteUInt64(hello.Attempt);
        EndHead(buffer, body);
    }

    internal static void Write(FrameBuffer buffer, Welcome welcome)
    {
        var body = WriteHead(buffer);
        buffer.WriteUInt16((ushort)welcome.Refusal);
        buffer.WriteInt32(welcome.Uid);
        buffer.WriteInt32(welcome.FrameBytesMax);
        buffer.WritePrefixedText(welcome.Reason.Length <= 1024 ? welcome.Reason : welcome.Reason[..1024]);
        EndHead(buffer, body);
    }

    internal static Hello ReadHello(ReadOnlySpan<byte> body)
    {
        var reader = new FrameReader(body);
        var lane = (Lane)reader.ReadUInt16();
        if (lane is not (Lane.Control or Lane.Bulk))
            throw new WireFormatException($"lane {(int)lane}");

        var hello = new Hello(
            lane, ReadAddress(ref reader), reader.ReadInt32(), ReadAddress(ref reader), reader.ReadInt32(), reader.ReadUInt64());
        reader.ExpectEnd();
        return hello.Uid != 0 ? hello : throw new WireFormatException("uid 0");
    }

    internal static Welcome ReadWelcome(ReadOnlySpan<byte> body)
    {
        var reader = new FrameReader(body);
        var welcome = new Welcome((Refusal)reader.ReadUInt16(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadPrefixedText());
        reader.ExpectEnd();
        return welcome.Refusal != Refusal.None || (welcome.Uid != 0 && welcome.FrameBytesMax >= WireFormat.FrameBytesMin)
            ? welcome
            : throw new WireFormatException("a welcome without a uid or with too small a frame bound");
    }

    private static int WriteHead(FrameBuffer buffer)
    {
        buffer.WriteInt32(unchecked((int)Magic));
        buffer.WriteUInt16(Version);
        var lengthAt = buffer.Length;
        buffer.WriteUInt16(0);
        return lengthAt;
    }

    private static void EndHead(FrameBuffer buffer, int lengthAt) =>
        buffer.PatchUInt16(lengthAt, checked((ushort)(buffer.Length - lengthAt - sizeof(ushort))));

    private static void WriteAddress(FrameBuffer buffer, Address address)
    {
        buffer.WritePrefixedText(address.Protocol);
        buffer.WritePrefixedText(address.System);
        buffer.WritePrefixedText(address.Host ?? "");
        buffer.WriteInt32(address.Port ?? 0);
    }

    private static Address ReadAddress(ref FrameReader reader)
    {
        var protocol = reader.ReadPrefixedText();
        var system = reader.ReadPrefixedText();
        var host = reader.ReadPrefixedText();
        var port = reader.ReadInt32();
        if (protocol.Length == 0 || system.Length == 0 || host.Length == 0 || port is < 1 or > 65535)
            throw new WireFormatException("an incomplete address");

        return new Address(protocol, system, host, port);
    }
}
