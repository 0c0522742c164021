using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AkkaKv.Resp;

/// <summary>
/// Writes replies into one pooled buffer, in RESP2 or RESP3. What RESP2 cannot say is said with its nearest word: a map is a
/// flat array, a double or verbatim text a bulk string, a push an array. Not safe for several threads at once.
/// </summary>
public sealed class ReplyWriter(int initialBytes = 4096) : IDisposable
{
    private const int BytesKept = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(initialBytes);

    /// <summary>True after <c>HELLO 3</c>.</summary>
    public bool IsResp3 { get; set; }

    /// <summary>Bytes written since <see cref="Clear"/>.</summary>
    public int Length { get; private set; }

    /// <summary>What was written since <see cref="Clear"/>; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Forgets everything that was written, and gives back the memory of an unusually large reply.</summary>
    public void Clear()
    {
        Length = 0;
        if (_buffer.Length <= BytesKept)
            return;

        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(initialBytes);
    }

    /// <summary>Takes back what was written after <paramref name="length"/>: a reply that is to be written anew, or not at all.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary><c>+OK</c>.</summary>
    public void Ok() => Raw("+OK\r\n"u8);

    /// <summary>A short text without line ends.</summary>
    public void SimpleString(ReadOnlySpan<byte> text) => Line((byte)'+', text);

    /// <summary>An error: its prefix and words. Line ends, which would break the reply in two, become blanks.</summary>
    public void Error(string text)
    {
        var bytesMax = Encoding.UTF8.GetMaxByteCount(text.Length);
        var span = Reserve(bytesMax + 3);
        span[0] = (byte)'-';
        var body = span[1..];
        var length = Encoding.UTF8.GetBytes(text, body);
        body[..length].Replace((byte)'\r', (byte)' ');
        body[..length].Replace((byte)'\n', (byte)' ');
        "\r\n"u8.CopyTo(body[length..]);
        Length += length + 3;
    }

    /// <summary>A signed integer.</summary>
    public void Integer(long value) => Header((byte)':', value);

    /// <summary>A binary-safe string.</summary>
    public void Bulk(ReadOnlySpan<byte> value) => Blob((byte)'$', default, value);

    /// <summary>A text as a bulk string in UTF-8.</summary>
    public void Bulk(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Header((byte)'$', bytes);
        Length += Encoding.UTF8.GetBytes(text, Reserve(bytes));
        Raw("\r\n"u8);
    }

    /// <summary>No value: <c>_</c> in RESP3, the nil bulk string in RESP2.</summary>
    public void Null() => Raw(IsResp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>No array: <c>_</c> in RESP3, the nil array in RESP2.</summary>
    public void NullArray() => Raw(IsResp3 ? "_\r\n"u8 : "*-1\r\n"u8);

    /// <summary>The head of an array; <paramref name="count"/> replies follow.</summary>
    public void Array(int count) => Header((byte)'*', count);

    /// <summary>The head of a map; <paramref name="pairs"/> pairs of a key and a value follow.</summary>
    public void Map(int pairs)
    {
        if (IsResp3)
            Header((byte)'%', pairs);
        else
            Header((byte)'*', 2L * pairs);
    }

    /// <summary>The head of a set; <paramref name="count"/> replies follow.</summary>
    public void Set(int count) => Header(IsResp3 ? (byte)'~' : (byte)'*', count);

    /// <summary>The head of a push, which answers no request; <paramref name="count"/> replies follow.</summary>
    public void Push(int count) => Header(IsResp3 ? (byte)'>' : (byte)'*', count);

    /// <summary>A truth: <c>#t</c> in RESP3, 1 or 0 in RESP2.</summary>
    public void Boolean(bool value)
    {
        if (IsResp3)
            Raw(value ? "#t\r\n"u8 : "#f\r\n"u8);
        else
            Integer(value ? 1 : 0);
    }

    /// <summary>A floating point number in its shortest form that reads back the same.</summary>
    public void Double(double value)
    {
        Span<byte> digits = stackalloc byte[32];
        var written = double.IsInfinity(value) ? CopyInfinity(value, digits) : Format(value, digits);
        if (IsResp3)
            Line((byte)',', digits[..written]);
        else
            Bulk(digits[..written]);
    }

    /// <summary>A text for people, marked as such in RESP3.</summary>
    public void Verbatim(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (IsResp3)
            Blob((byte)'=', "txt:"u8, bytes);
        else
            Bulk(bytes);
    }

    /// <summary>Bytes that are a reply already, or a part of one.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Length = 0;
    }

    private void Header(byte type, long number)
    {
        var span = Reserve(RespNumber.DigitsMax + 3);
        span[0] = type;
        int digits;
        if ((ulong)number < 10)
        {
            span[1] = (byte)('0' + number);
            digits = 1;
        }
        else
        {
            Utf8Formatter.TryFormat(number, span[1..], out digits);
        }

        span[digits + 1] = (byte)'\r';
        span[digits + 2] = (byte)'\n';
        Length += digits + 3;
    }

    private void Line(byte type, ReadOnlySpan<byte> text)
    {
        var span = Reserve(text.Length + 3);
        span[0] = type;
        text.CopyTo(span[1..]);
        "\r\n"u8.CopyTo(span[(text.Length + 1)..]);
        Length += text.Length + 3;
    }

    private void Blob(byte type, ReadOnlySpan<byte> mark, ReadOnlySpan<byte> value)
    {
        Header(type, mark.Length + value.Length);
        var span = Reserve(mark.Length + value.Length + 2);
        mark.CopyTo(span);
        value.CopyTo(span[mark.Length..]);
        "\r\n"u8.CopyTo(span[(mark.Length + value.Length)..]);
        Length += mark.Length + value.Length + 2;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - Length < bytes)
            Grow(bytes);
        return _buffer.AsSpan(Length);
    }

    private void Grow(int bytes)
    {
        var wanted = Math.Max((long)Length + bytes, Math.Min(2L * _buffer.Length, System.Array.MaxLength));
        var larger = ArrayPool<byte>.Shared.Rent(checked((int)wanted));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static int Format(double value, Span<byte> digits)
    {
        value.TryFormat(digits, out var written, "R", System.Globalization.CultureInfo.InvariantCulture);
        return written;
    }

    private static int CopyInfinity(double value, Span<byte> digits)
    {
        var text = value > 0 ? "inf"u8 : "-inf"u8;
        text.CopyTo(digits);
        return text.Length;
    }
}
