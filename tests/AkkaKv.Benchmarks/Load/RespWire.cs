using System.Buffers;
using System.Globalization;
using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Benchmarks.Load;

/// <summary>
/// The Redis protocol. Requests are made from a template, in which only digits of the key and the value change.
/// </summary>
/// <param name="data">What is written and read.</param>
/// <param name="waitFor">Replicas that must confirm each write (Redis' WAIT); 0 when the server sees to that by itself.</param>
internal sealed class RespWire(Dataset data, int waitFor = 0) : Wire(data)
{
    private const string KeyHead = "$14\r\n";

    private readonly ReplyScanner _scanner = new();
    private readonly byte[] _get = Encoding.ASCII.GetBytes("*2\r\n$3\r\nGET\r\n" + KeyHead);
    private readonly byte[] _put = Encoding.ASCII.GetBytes("*3\r\n$3\r\nSET\r\n" + KeyHead);
    private readonly byte[] _valueHead = Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"\r\n${data.ValueBytes}\r\n"));
    private readonly byte[] _putEnd = Encoding.ASCII.GetBytes(
        waitFor == 0 ? "\r\n" : string.Create(CultureInfo.InvariantCulture, $"\r\n*3\r\n$4\r\nWAIT\r\n$1\r\n{waitFor}\r\n$1\r\n0\r\n"));

    private readonly bool _isWaiting = waitFor > 0;

    public override int RequestBytesMax => 128 + Data.ValueBytes;

    public override int WritePut(Span<byte> output, int key, int version)
    {
        var at = 0;
        Append(output, ref at, _put);
        Dataset.WriteKey(output[at..], key);
        at += Dataset.KeyBytes;
        Append(output, ref at, _valueHead);
        Data.WriteValue(output.Slice(at, Data.ValueBytes), key, version);
        at += Data.ValueBytes;
        Append(output, ref at, _putEnd);
        return at;
    }

    public override int WriteGet(Span<byte> output, int key)
    {
        var at = 0;
        Append(output, ref at, _get);
        Dataset.WriteKey(output[at..], key);
        at += Dataset.KeyBytes;
        Append(output, ref at, "\r\n"u8);
        return at;
    }

    public override OperationStatus Read(ReadOnlySpan<byte> input, out int consumed, out ReplyKind kind, out ReadOnlySpan<byte> text)
    {
        kind = ReplyKind.Error;
        text = default;
        var status = _scanner.Scan(input, out consumed);
        if (status != OperationStatus.Done)
            return status;

        var reply = input[..consumed];
        switch (reply[0])
        {
            case (byte)'+':
                // With WAIT the write counts when its replicas have confirmed it, which is the next reply.
                kind = _isWaiting ? ReplyKind.Interlude : ReplyKind.Ok;
                break;
            case (byte)':':
                kind = RespNumber.TryParse(reply[1..^2], out var replicas) && replicas >= waitFor ? ReplyKind.Ok : ReplyKind.Error;
                text = reply[..^2];
                break;
            case (byte)'$' when reply[1] == (byte)'-':
            case (byte)'_':
                kind = ReplyKind.Nothing;
                break;
            case (byte)'$':
                kind = ReplyKind.Value;
                text = reply[(reply.IndexOf((byte)'\n') + 1)..^2];
                break;
            default:
                text = reply[..^2];
                break;
        }

        return OperationStatus.Done;
    }

    private static void Append(Span<byte> output, ref int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output[at..]);
        at += bytes.Length;
    }
}
