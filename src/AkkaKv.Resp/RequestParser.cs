using System.Diagnostics;
using System.Globalization;

namespace AkkaKv.Resp;

/// <summary>What <see cref="RequestParser.Read"/> found.</summary>
public enum RequestStatus
{
    /// <summary>The request is not complete yet. Call again with the same bytes and more behind them.</summary>
    NeedMoreData,

    /// <summary>One request was read. It may be empty (a blank line, <c>*0</c>), which asks for nothing and gets no reply.</summary>
    Complete,

    /// <summary>The bytes are no request, or break a limit: answer <see cref="RequestParser.Error"/> and hang up.</summary>
    Malformed,
}

/// <summary>
/// Reads requests from the front of a connection's input: RESP arrays of bulk strings, and inline lines of a human. No bytes
/// can make it throw, every limit is checked when a length is announced, and it allocates nothing for a pipelined command.
/// </summary>
/// <remarks>
/// It remembers how far it came, so a large request that arrives in many pieces is scanned once: until it is complete, each
/// call must get the same bytes as the call before, with more behind. The texts of errors are those of Redis where it has one.
/// </remarks>
public sealed class RequestParser(RespLimits limits)
{
    private const int RangesKept = 256;
    private const int ArgumentBytesMin = 6; // "$0", a line end, no bytes, a line end.

    private RespLimits _limits = limits;
    private ArgumentRange[] _ranges = new ArgumentRange[16];
    private byte[] _inline = [];
    private bool _isInline;
    private bool _started;
    private int _scanned;
    private int _count;
    private int _announced;
    private int _bulkLength;

    /// <summary>What was wrong, without the <c>ERR</c> prefix. Only set after <see cref="RequestStatus.Malformed"/>.</summary>
    public string Error { get; private set; } = "";

    /// <summary>True while a request has begun and not ended: its sender owes the rest.</summary>
    public bool IsMidway => _started || _scanned > 0;

    /// <summary>Changes the limits, from the next request on.</summary>
    public void Use(RespLimits limits) => _limits = limits;

    /// <summary>Reads one request from the front of <paramref name="input"/>.</summary>
    /// <param name="consumed">Bytes of the request when it is complete, otherwise 0.</param>
    public RequestStatus Read(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        if (!_started)
        {
            if (input.IsEmpty)
                return RequestStatus.NeedMoreData;

            _count = 0;
            if (input[0] != (byte)'*')
                return ReadInline(input, out consumed);

            var status = ReadHeader(input, "too big mbulk count string", "invalid multibulk length", out var announced);
            if (status != RequestStatus.Complete)
                return status;
            if (announced > _limits.ArgumentsMax || announced * ArgumentBytesMin > _limits.RequestBytesMax)
                return Fail("invalid multibulk length");

            _isInline = false;
            _announced = (int)Math.Max(announced, 0);
            _bulkLength = -1;
            _started = true;
        }

        while (_count < _announced)
        {
            var status = ReadArgument(input);
            if (status != RequestStatus.Complete)
                return status;
        }

        consumed = Finish();
        return RequestStatus.Complete;
    }

    /// <summary>The request that was just read from <paramref name="input"/>: the span that <see cref="Read"/> was given.</summary>
    public RequestArguments Arguments(ReadOnlySpan<byte> input) => new(_isInline ? _inline : input, _ranges.AsSpan(0, _count));

    private RequestStatus ReadArgument(ReadOnlySpan<byte> input)
    {
        if (_bulkLength < 0)
        {
            if (_scanned == input.Length)
                return RequestStatus.NeedMoreData;
            if (input[_scanned] != (byte)'$')
                return Fail($"expected '$', got '{Printable(input[_scanned])}'");

            var status = ReadHeader(input, "too big bulk count string", "invalid bulk length", out var length);
            if (status != RequestStatus.Complete)
                return status;
            if (length < 0 || length > _limits.BulkBytesMax)
                return Fail("invalid bulk length");
            if (_scanned + length + 2 > _limits.RequestBytesMax)
                return Fail(string.Create(CultureInfo.InvariantCulture, $"request larger than {_limits.RequestBytesMax} bytes"));

            _bulkLength = (int)length;
        }

        if (input.Length - _scanned < _bulkLength + 2)
            return RequestStatus.NeedMoreData;
        if (input[_scanned + _bulkLength] != (byte)'\r' || input[_scanned + _bulkLength + 1] != (byte)'\n')
            return Fail("expected CRLF after bulk");

        Add(new ArgumentRange(_scanned, _bulkLength));
        _scanned += _bulkLength + 2;
        _bulkLength = -1;
        return RequestStatus.Complete;
    }

    /// <summary>Reads a line of a type and a number at the place reached, and steps behind it.</summary>
    private RequestStatus ReadHeader(ReadOnlySpan<byte> input, string tooLong, string notANumber, out long number)
    {
        number = 0;
        var rest = input[_scanned..];
        var line = rest[..Math.Min(rest.Length, RespLimits.HeaderBytesMax)];
        var end = line.IndexOf((byte)'\n');
        if (end < 0)
            return line.Length < RespLimits.HeaderBytesMax ? RequestStatus.NeedMoreData : Fail(tooLong);
        if (end < 2 || line[end - 1] != (byte)'\r' || !RespNumber.TryParse(line[1..(end - 1)], out number))
            return Fail(notANumber);

        _scanned += end + 1;
        return RequestStatus.Complete;
    }

    private RequestStatus ReadInline(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        var window = input[..Math.Min(input.Length, _limits.InlineBytesMax)];
        var end = window[_scanned..].IndexOf((byte)'\n');
        if (end < 0)
        {
            _scanned = window.Length;
            return window.Length < _limits.InlineBytesMax ? RequestStatus.NeedMoreData : Fail("too big inline request");
        }

        end += _scanned;
        var line = end > 0 && input[end - 1] == (byte)'\r' ? input[..(end - 1)] : input[..end];
        if (_inline.Length < line.Length)
            _inline = new byte[Math.Max(256, line.Length)];

        _isInline = true;
        var splitter = new InlineSplitter(line, _inline);
        while (splitter.TryNext(out var start, out var length))
            Add(new ArgumentRange(start, length));
        if (splitter.IsUnbalanced)
            return Fail("unbalanced quotes in request");

        _scanned = end + 1;
        consumed = Finish();
        return RequestStatus.Complete;
    }

    private void Add(ArgumentRange range)
    {
        if (_count == _ranges.Length)
            Array.Resize(ref _ranges, _count * 2);
        else if (_count == 0 && _ranges.Length > RangesKept)
            _ranges = new ArgumentRange[16]; // One loader's huge request must not be paid for ever after.
        _ranges[_count++] = range;
    }

    private int Finish()
    {
        var consumed = _scanned;
        Debug.Assert(consumed > 0);
        _scanned = 0;
        _started = false;
        return consumed;
    }

    private RequestStatus Fail(string error)
    {
        Error = "Protocol error: " + error;
        return RequestStatus.Malformed;
    }

    private static char Printable(byte value) => value is >= 0x20 and < 0x7f ? (char)value : '?';
}
