using System.Buffers;

namespace AkkaKv.Resp;

/// <summary>
/// Reads replies from the front of a connection's input into trees. Like <see cref="ReplyScanner"/> it must get the same bytes
/// with more behind until a reply is complete, and no bytes can make it throw.
/// </summary>
public sealed class ReplyReader
{
    private readonly ReplyScanner _scanner = new();

    /// <summary>Reads the reply that begins <paramref name="input"/>; its bytes are copied.</summary>
    /// <param name="value">The reply when it is <see cref="OperationStatus.Done"/>, otherwise null.</param>
    /// <param name="consumed">Bytes of the reply when it is Done, otherwise 0.</param>
    public OperationStatus Read(ReadOnlySpan<byte> input, out RespValue? value, out int consumed)
    {
        value = null;
        var status = _scanner.Scan(input, out consumed);
        if (status != OperationStatus.Done)
            return status;

        // The scanner has checked lengths and depth, so the recursion below is bounded and stays inside the frame.
        var position = 0;
        value = Parse(input[..consumed], ref position);
        if (value is not null)
            return OperationStatus.Done;

        consumed = 0;
        return OperationStatus.InvalidData;
    }

    private static RespValue? Parse(ReadOnlySpan<byte> frame, ref int position)
    {
        var rest = frame[position..];
        var end = rest.IndexOf((byte)'\n');
        var line = rest[1..(end - 1)];
        position += end + 1;
        switch (rest[0])
        {
            case (byte)'+': return new(RespKind.SimpleString, line.ToArray(), 0, []);
            case (byte)'-': return new(RespKind.Error, line.ToArray(), 0, []);
            case (byte)',': return new(RespKind.Double, line.ToArray(), 0, []);
            case (byte)'(': return new(RespKind.BigNumber, line.ToArray(), 0, []);
            case (byte)'_': return RespValue.Nothing;
            case (byte)'#' when line.Length == 1 && line[0] is (byte)'t' or (byte)'f':
                return new(RespKind.Boolean, line.ToArray(), line[0] == (byte)'t' ? 1 : 0, []);
            case (byte)':':
                return RespNumber.TryParse(line, out var integer) ? new(RespKind.Integer, default, integer, []) : null;
        }

        if (!RespNumber.TryParse(line, out var length))
            return null;
        return rest[0] switch
        {
            (byte)'$' => Blob(RespKind.BulkString, frame, length, 0, ref position),
            (byte)'!' => Blob(RespKind.Error, frame, length, 0, ref position),
            (byte)'=' => Blob(RespKind.Verbatim, frame, length, 4, ref position),
            (byte)'*' => Aggregate(RespKind.Array, frame, length, ref position),
            (byte)'%' => Aggregate(RespKind.Map, frame, 2 * length, ref position),
            (byte)'~' => Aggregate(RespKind.Set, frame, length, ref position),
            (byte)'>' => Aggregate(RespKind.Push, frame, length, ref position),
            (byte)'|' => Aggregate(RespKind.Map, frame, 2 * length, ref position) is null ? null : Parse(frame, ref position),
            _ => null,
        };
    }

    private static RespValue? Blob(RespKind kind, ReadOnlySpan<byte> frame, long length, int mark, ref int position)
    {
        if (length < 0)
            return RespValue.Nothing;

        var bytes = frame.Slice(position, (int)length);
        position += (int)length + 2;
        return length < mark ? null : new(kind, bytes[mark..].ToArray(), 0, []);
    }

    private static RespValue? Aggregate(RespKind kind, ReadOnlySpan<byte> frame, long count, ref int position)
    {
        if (count < 0)
            return RespValue.Nothing;

        var items = new List<RespValue>();
        for (var i = 0L; i < count; i++)
        {
            if (Parse(frame, ref position) is not { } item)
                return null;
            items.Add(item);
        }

        return new(kind, default, 0, items);
    }
}
