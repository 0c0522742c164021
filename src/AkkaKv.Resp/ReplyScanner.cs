using System.Buffers;

namespace AkkaKv.Resp;

/// <summary>
/// Finds the end of the next reply in a connection's input without building it: for load generators, which only count, and
/// as the first half of <see cref="ReplyReader"/>. It remembers how far it came, so a large reply is scanned once; until it is
/// complete each call must get the same bytes with more behind. It allocates nothing and no bytes can make it throw.
/// </summary>
public sealed class ReplyScanner
{
    /// <summary>Arrays within arrays that are followed. Deeper replies are refused, so that nobody's recursion can be exhausted.</summary>
    public const int DepthMax = 32;

    /// <summary>Bytes of one bulk string: the bound of Redis itself.</summary>
    public const int BulkBytesMax = 512 * 1024 * 1024;

    private const int LineBytesMax = 64 * 1024;

    private readonly long[] _remaining = new long[DepthMax];
    private int _depth;
    private int _position;

    /// <summary>Looks for the end of the reply that begins <paramref name="input"/>.</summary>
    /// <param name="consumed">Bytes of the reply when it is <see cref="OperationStatus.Done"/>, otherwise 0.</param>
    /// <returns>Done, NeedMoreData, or InvalidData when the bytes are no reply.</returns>
    public OperationStatus Scan(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            var status = ScanOne(input, out var children);
            if (status != OperationStatus.Done)
                return status;

            if (children > 0)
            {
                if (_depth == DepthMax)
                    return OperationStatus.InvalidData;
                _remaining[_depth++] = children;
                continue;
            }

            while (_depth > 0 && --_remaining[_depth - 1] == 0)
                _depth--;
            if (_depth > 0)
                continue;

            consumed = _position;
            _position = 0;
            return OperationStatus.Done;
        }
    }

    private OperationStatus ScanOne(ReadOnlySpan<byte> input, out long children)
    {
        children = 0;
        var rest = input[_position..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
            return rest.Length < LineBytesMax ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        if (end < 2 || rest[end - 1] != (byte)'\r')
            return OperationStatus.InvalidData;

        var length = 0L;
        var type = rest[0];
        switch (type)
        {
            case (byte)'+' or (byte)'-' or (byte)':' or (byte)'_' or (byte)'#' or (byte)',' or (byte)'(':
                _position += end + 1;
                return OperationStatus.Done;
            case (byte)'$' or (byte)'=' or (byte)'!' or (byte)'*' or (byte)'%' or (byte)'~' or (byte)'>' or (byte)'|':
                if (!RespNumber.TryParse(rest[1..(end - 1)], out length) || length > BulkBytesMax
                    || length < (type is (byte)'$' or (byte)'*' ? -1 : 0))
                {
                    return OperationStatus.InvalidData;
                }

                break;
            default:
                return OperationStatus.InvalidData;
        }

        if (type is (byte)'$' or (byte)'=' or (byte)'!')
        {
            var total = end + 1 + (length < 0 ? 0 : length + 2);
            if (rest.Length < total)
                return OperationStatus.NeedMoreData;
            _position += (int)total;
            return OperationStatus.Done;
        }

        _position += end + 1;
        children = Math.Max(0, type switch
        {
            (byte)'%' => 2 * length,
            (byte)'|' => (2 * length) + 1, // Attributes, and the reply that they describe.
            _ => length,
        });
        return OperationStatus.Done;
    }
}
