using System.Buffers;
using System.Buffers.Binary;

namespace AkkaKv.Core.Commands;

/// <summary>
/// One request of a <see cref="EntryKind.Requests"/> payload, looking into the bytes it was read from. See rule R9 for what the
/// numbers promise.
/// </summary>
/// <param name="sessionId">The session; 0 for what servers say among themselves, which is executed every time it appears.</param>
/// <param name="sequence">Its number in the session; outside any session whatever the sender likes to see again.</param>
/// <param name="low">The session has the answers of every smaller sequence: what is recorded of them may be forgotten.</param>
/// <param name="count">How many commands there are.</param>
/// <param name="commands">The commands, for <see cref="CommandReader"/>.</param>
public readonly ref struct RequestFrame(long sessionId, long sequence, long low, int count, ReadOnlySpan<byte> commands)
{
    public long SessionId { get; } = sessionId;

    public long Sequence { get; } = sequence;

    public long Low { get; } = low;

    public int Count { get; } = count;

    public ReadOnlySpan<byte> Commands { get; } = commands;
}

/// <summary>
/// The binary form of requests, back to back in the payload of an entry. Little-endian: session i64, sequence i64, low i64,
/// count of commands i32, bytes of commands i32, commands.
/// </summary>
public static class RequestCodec
{
    /// <summary>Bytes in front of the commands.</summary>
    public const int HeaderBytes = (3 * sizeof(long)) + (2 * sizeof(int));

    /// <summary>Appends one request to <paramref name="output"/>.</summary>
    public static void Write(
        IBufferWriter<byte> output, long sessionId, long sequence, long low, int count, ReadOnlySpan<byte> commands)
    {
        var header = output.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header, sessionId);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], low);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], count);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], commands.Length);
        output.Advance(HeaderBytes);
        output.Write(commands);
    }

    /// <summary>
    /// Takes one request from the front of <paramref name="payload"/>. Bad bytes never throw: it returns false and consumes nothing.
    /// The commands are not looked at, see <see cref="CommandReader.Validate"/>.
    /// </summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> payload, out RequestFrame request)
    {
        request = default;
        if (payload.Length < HeaderBytes) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload[28..]);
        if (length < 0 || length > payload.Length - HeaderBytes) return false;
        request = new RequestFrame(
            BinaryPrimitives.ReadInt64LittleEndian(payload),
            BinaryPrimitives.ReadInt64LittleEndian(payload[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(payload[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(payload[24..]),
            payload.Slice(HeaderBytes, length));
        payload = payload[(HeaderBytes + length)..];
        return true;
    }

    /// <summary>
    /// True if these bytes are one or more good requests, each within its bounds and with the commands that its session allows.
    /// </summary>
    public static bool Validate(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return false;
        while (!payload.IsEmpty)
        {
            if (!TryRead(ref payload, out var request) || request.SessionId < 0) return false;
            var scope = request.SessionId == 0 ? CommandScope.Internal : CommandScope.Client;
            if (!CommandReader.Validate(request.Commands, request.Count, scope)) return false;
        }

        return true;
    }
}
