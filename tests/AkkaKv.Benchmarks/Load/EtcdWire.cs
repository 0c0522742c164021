using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace AkkaKv.Benchmarks.Load;

/// <summary>
/// The protocol of etcd (version 3 of its API): gRPC over HTTP/2, one request under way. Its frames are made by hand, so that etcd gets
/// its load at the same small cost as all others. What a unary call of gRPC needs of HTTP/2 (RFC 9113) and HPACK (RFC 7541) is little:
/// a HEADERS frame and a DATA frame there, and back a message in DATA frames, closed by HEADERS that end the stream. A call that
/// fails has no message, hence nobody needs to unpack the headers that come back.
/// </summary>
internal sealed class EtcdWire : Wire
{
    private const int FrameHeadBytes = 9;
    private const int MessageHeadBytes = 5;
    private const int PingBytes = 8;

    // Larger requests would have to be cut into frames and wait for the server's windows.
    private const int ValueBytesMax = 15_000;
    private const int WindowBytes = 1 << 30;

    private const byte EndStream = 1;
    private const byte Acknowledged = 1;
    private const byte EndHeaders = 4;

    // Fields of the messages: number and wire type "bytes".
    private const byte RequestKey = (1 << 3) | 2;
    private const byte RequestValue = (2 << 3) | 2;
    private const int ResponseItem = 2;
    private const int ItemValue = 5;

    private static readonly byte[] Start = MakeStart();
    private static readonly byte[] PutPath = Literal(4, "/etcdserverpb.KV/Put");
    private static readonly byte[] RangePath = Literal(4, "/etcdserverpb.KV/Range");

    // What all requests share is said once and put into the server's table, from where the later ones take it, newest first.
    private static readonly byte[] FirstHeaders =
    [
        .. Indexed(1, "127.0.0.1"), .. Indexed(31, "application/grpc"), .. Indexed(0, "te", "trailers"), .. Indexed(58, "akkakv-benchmark"),
    ];

    private static readonly byte[] LaterHeaders = [0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62];

    private readonly ArrayBufferWriter<byte> _message = new();
    private readonly List<byte> _owed = [];
    private int _stream = -1;
    private int _windowUsed;
    private bool _isPut;

    /// <exception cref="ArgumentException">The values are larger than one frame.</exception>
    public EtcdWire(Dataset data)
        : base(data)
    {
        if (data.ValueBytes > ValueBytesMax)
            throw new ArgumentException($"etcd is measured with values of up to {ValueBytesMax} bytes here.");
    }

    private enum Frame : byte
    {
        Data = 0,
        Headers = 1,
        Reset = 3,
        Settings = 4,
        Ping = 6,
        GoAway = 7,
        WindowUpdate = 8,
    }

    public override int RequestBytesMax => 256 + Data.ValueBytes;

    public override ReadOnlySpan<byte> Preface => Start;

    public override int WritePut(Span<byte> output, int key, int version)
    {
        _isPut = true;
        var at = WriteHeaders(output, PutPath);
        var message = output[(at + FrameHeadBytes + MessageHeadBytes)..];
        var length = WriteKey(message, key);
        message[length++] = RequestValue;
        length += WriteVarint(message[length..], Data.ValueBytes);
        Data.WriteValue(message.Slice(length, Data.ValueBytes), key, version);
        return at + WriteMessageHead(output[at..], length + Data.ValueBytes);
    }

    public override int WriteGet(Span<byte> output, int key)
    {
        _isPut = false;
        var at = WriteHeaders(output, RangePath);
        return at + WriteMessageHead(output[at..], WriteKey(output[(at + FrameHeadBytes + MessageHeadBytes)..], key));
    }

    public override OperationStatus Read(ReadOnlySpan<byte> input, out int consumed, out ReplyKind kind, out ReadOnlySpan<byte> text)
    {
        (consumed, kind) = (0, ReplyKind.Interlude);
        text = default;
        if (input.Length < FrameHeadBytes)
            return OperationStatus.NeedMoreData;
        var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(input) >> 8);
        if (input.Length < FrameHeadBytes + length)
            return OperationStatus.NeedMoreData;

        consumed = FrameHeadBytes + length;
        var (frame, flags) = ((Frame)input[3], input[4]);
        var payload = input[FrameHeadBytes..consumed];
        switch (frame)
        {
            case Frame.Data:
                _message.Write(payload);
                _windowUsed += length;
                break;
            case Frame.Reset:
                _message.ResetWrittenCount();
                kind = ReplyKind.Error;
                text = "etcd reset the stream"u8;
                return OperationStatus.Done;
            case Frame.Settings when (flags & Acknowledged) == 0:
                Owe(Frame.Settings, []);
                break;
            case Frame.Ping when (flags & Acknowledged) == 0:
                Owe(Frame.Ping, payload);
                break;
            case Frame.GoAway:
                return OperationStatus.InvalidData;
        }

        if (frame is Frame.Data or Frame.Headers && (flags & EndStream) != 0)
            kind = End(out text);
        return OperationStatus.Done;
    }

    public override int WriteInterlude(Span<byte> output)
    {
        if (_windowUsed > WindowBytes / 2)
        {
            Span<byte> increment = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(increment, _windowUsed);
            Owe(Frame.WindowUpdate, increment);
            _windowUsed = 0;
        }

        var length = Math.Min(_owed.Count, output.Length);
        CollectionsMarshal.AsSpan(_owed)[..length].CopyTo(output);
        _owed.RemoveRange(0, length);
        return length;
    }

    private ReplyKind End(out ReadOnlySpan<byte> text)
    {
        var message = _message.WrittenSpan;
        _message.ResetWrittenCount();
        text = default;
        if (message.Length < MessageHeadBytes)
        {
            text = "etcd refused the request"u8;
            return ReplyKind.Error;
        }

        if (_isPut)
            return ReplyKind.Ok;
        return TryField(message[MessageHeadBytes..], ResponseItem, out var item) && TryField(item, ItemValue, out text)
            ? ReplyKind.Value
            : ReplyKind.Nothing;
    }

    private int WriteHeaders(Span<byte> output, byte[] path)
    {
        var headers = _stream < 0 ? FirstHeaders : LaterHeaders;
        _stream += 2;
        var block = output[FrameHeadBytes..];
        block[0] = 0x80 | 3; // POST
        block[1] = 0x80 | 6; // http
        path.CopyTo(block[2..]);
        headers.CopyTo(block[(2 + path.Length)..]);
        var length = 2 + path.Length + headers.Length;
        WriteFrameHead(output, length, Frame.Headers, EndHeaders, _stream);
        return FrameHeadBytes + length;
    }

    /// <summary>Puts the heads of the frame and of gRPC's message before a message that stands there already.</summary>
    private int WriteMessageHead(Span<byte> output, int length)
    {
        WriteFrameHead(output, MessageHeadBytes + length, Frame.Data, EndStream, _stream);
        output[FrameHeadBytes] = 0; // Not compressed.
        BinaryPrimitives.WriteInt32BigEndian(output[(FrameHeadBytes + 1)..], length);
        return FrameHeadBytes + MessageHeadBytes + length;
    }

    private void Owe(Frame frame, ReadOnlySpan<byte> payload)
    {
        Span<byte> bytes = stackalloc byte[FrameHeadBytes + PingBytes];
        var flags = frame == Frame.WindowUpdate ? (byte)0 : Acknowledged;
        payload = payload[..Math.Min(payload.Length, PingBytes)];
        WriteFrameHead(bytes, payload.Length, frame, flags, 0);
        payload.CopyTo(bytes[FrameHeadBytes..]);
        _owed.AddRange(bytes[..(FrameHeadBytes + payload.Length)]);
    }

    private static void WriteFrameHead(Span<byte> output, int length, Frame frame, byte flags, int stream)
    {
        BinaryPrimitives.WriteInt32BigEndian(output, length << 8);
        (output[3], output[4]) = ((byte)frame, flags);
        BinaryPrimitives.WriteInt32BigEndian(output[5..], stream);
    }

    private static int WriteKey(Span<byte> output, int key)
    {
        output[0] = RequestKey;
        output[1] = Dataset.KeyBytes;
        Dataset.WriteKey(output[2..], key);
        return 2 + Dataset.KeyBytes;
    }

    private static int WriteVarint(Span<byte> output, int value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            output[length++] = (byte)(value | 0x80);
        output[length++] = (byte)value;
        return length;
    }

    /// <summary>Finds a field of bytes in a message of protobuf.</summary>
    private static bool TryField(ReadOnlySpan<byte> message, int number, out ReadOnlySpan<byte> field)
    {
        field = default;
        while (!message.IsEmpty)
        {
            var tag = ReadVarint(ref message);
            var value = ReadVarint(ref message);
            if ((tag & 7) == 0)
                continue;
            if ((tag & 7) != 2 || value > (ulong)message.Length)
                return false;
            field = message[..(int)value];
            if (tag >> 3 == (ulong)number)
                return true;
            message = message[(int)value..];
        }

        return false;
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> input)
    {
        var value = 0UL;
        for (var shift = 0; !input.IsEmpty && shift < 64; shift += 7)
        {
            var next = input[0];
            input = input[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                break;
        }

        return value;
    }

    private static byte[] MakeStart()
    {
        // No table for the headers that come back, nothing pushed, and a window that is never in the way.
        ReadOnlySpan<byte> settings = [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0];
        var start = new byte[24 + FrameHeadBytes + settings.Length + FrameHeadBytes + 4];
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.CopyTo(start);
        var rest = start.AsSpan(24);
        WriteFrameHead(rest, settings.Length, Frame.Settings, 0, 0);
        settings.CopyTo(rest[FrameHeadBytes..]);
        rest = rest[(FrameHeadBytes + settings.Length)..];
        WriteFrameHead(rest, 4, Frame.WindowUpdate, 0, 0);
        BinaryPrimitives.WriteInt32BigEndian(rest[FrameHeadBytes..], WindowBytes);
        return start;
    }

    private static byte[] Literal(byte name, string value) => [name, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    /// <summary>A header that enters the server's table, under a name of the fixed table or, with 0, one that is spelled.</summary>
    private static byte[] Indexed(byte name, params ReadOnlySpan<string> texts)
    {
        List<byte> bytes = [(byte)(0x40 | name)];
        foreach (var text in texts)
            bytes.AddRange([(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);
        return [.. bytes];
    }
}
