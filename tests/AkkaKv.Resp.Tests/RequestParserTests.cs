using System.Text;

namespace AkkaKv.Resp.Tests;

public sealed class RequestParserTests
{
    public static TheoryData<string, string> GoodRequests => new()
    {
        { "*1\r\n$4\r\nPING\r\n", "PING" },
        { "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nbc\r\n", "SET|k|a\r\nbc" },
        { "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "ECHO|" },
        { "*0\r\n", "" },
        { "*-1\r\n", "" },
        { "\r\n", "" },
        { "\n", "" },
        { "   \r\n", "" },
        { "PUT color blue\r\n", "PUT|color|blue" },
        { "  PUT\tcolor   blue \n", "PUT|color|blue" },
        { "SET k \"two words\\n\\x41\\\"\"\r\n", "SET|k|two words\nA\"" },
        { "SET k 'it\\'s \\n'\r\n", "SET|k|it's \\n" },
        { "SET k \"\"\r\n", "SET|k|" },
        { "SET k a\"b c\"\r\n", "SET|k|ab c" },
        { "GET \"\\xzz\"\r\n", "GET|xzz" },
    };

    [Theory]
    [MemberData(nameof(GoodRequests))]
    public void A_request_reads_the_same_whole_at_every_split_and_byte_by_byte(string wire, string expected)
    {
        var input = Encoding.Latin1.GetBytes(wire);

        var whole = new RequestParser(new RespLimits());
        Assert.Equal(RequestStatus.Complete, whole.Read(input, out var consumed));
        Assert.Equal(input.Length, consumed);
        Assert.Equal(expected, Join(whole.Arguments(input)));

        for (var split = 0; split < input.Length; split++)
        {
            var parser = new RequestParser(new RespLimits());
            Assert.Equal(RequestStatus.NeedMoreData, parser.Read(input.AsSpan(0, split), out consumed));
            Assert.Equal(0, consumed);
            Assert.Equal(RequestStatus.Complete, parser.Read(input, out consumed));
            Assert.Equal(input.Length, consumed);
            Assert.Equal(expected, Join(parser.Arguments(input)));
        }

        var drip = new RequestParser(new RespLimits());
        for (var length = 1; length < input.Length; length++)
            Assert.Equal(RequestStatus.NeedMoreData, drip.Read(input.AsSpan(0, length), out _));
        Assert.Equal(RequestStatus.Complete, drip.Read(input, out _));
        Assert.Equal(expected, Join(drip.Arguments(input)));
    }

    [Fact]
    public void Requests_that_arrive_together_are_read_one_after_the_other()
    {
        var input = "*1\r\n$4\r\nPING\r\nGET a\r\n\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*1"u8.ToArray();
        var parser = new RequestParser(new RespLimits());
        var seen = new List<string>();
        var position = 0;
        while (parser.Read(input.AsSpan(position), out var consumed) == RequestStatus.Complete)
        {
            seen.Add(Join(parser.Arguments(input.AsSpan(position))));
            position += consumed;
        }

        Assert.Equal(["PING", "GET|a", "", "GET|b"], seen);
        Assert.Equal(input.Length - 2, position);
        Assert.False(parser.IsMidway);
        Assert.Equal(RequestStatus.NeedMoreData, parser.Read("*1\r\n"u8, out _));
        Assert.True(parser.IsMidway);
    }

    [Theory]
    [InlineData("*x\r\n", "Protocol error: invalid multibulk length")]
    [InlineData("*01\r\n", "Protocol error: invalid multibulk length")]
    [InlineData("*\r\n", "Protocol error: invalid multibulk length")]
    [InlineData("*1\n", "Protocol error: invalid multibulk length")]
    [InlineData("*9999999999999999999\r\n", "Protocol error: invalid multibulk length")]
    [InlineData("*99999999999999999999\r\n", "Protocol error: invalid multibulk length")]
    [InlineData("*11\r\n", "Protocol error: invalid multibulk length")]
    [InlineData("*00000000000000000000000000000000000", "Protocol error: too big mbulk count string")]
    [InlineData("*1\r\n:", "Protocol error: expected '$', got ':'")]
    [InlineData("*1\r\n\x01", "Protocol error: expected '$', got '?'")]
    [InlineData("*1\r\n$x\r\n", "Protocol error: invalid bulk length")]
    [InlineData("*1\r\n$-1\r\n", "Protocol error: invalid bulk length")]
    [InlineData("*1\r\n$101\r\n", "Protocol error: invalid bulk length")]
    [InlineData("*1\r\n$0000000000000000000000000000000000", "Protocol error: too big bulk count string")]
    [InlineData("*1\r\n$1\r\nabc", "Protocol error: expected CRLF after bulk")]
    [InlineData("*3\r\n$100\r\n{100}\r\n$100\r\n{100}\r\n$100\r\n", "Protocol error: request larger than 300 bytes")]
    [InlineData("GET {100}", "Protocol error: too big inline request")]
    [InlineData("GET \"a\r\n", "Protocol error: unbalanced quotes in request")]
    [InlineData("GET \"a\"b\r\n", "Protocol error: unbalanced quotes in request")]
    [InlineData("GET 'a\r\n", "Protocol error: unbalanced quotes in request")]
    public void What_is_no_request_is_refused_in_the_words_of_Redis(string wire, string error)
    {
        var limits = new RespLimits(ArgumentsMax: 10, BulkBytesMax: 100, RequestBytesMax: 300, InlineBytesMax: 64);
        var input = Encoding.Latin1.GetBytes(wire.Replace("{100}", new string('a', 100), StringComparison.Ordinal));

        var parser = new RequestParser(limits);
        Assert.Equal(RequestStatus.Malformed, parser.Read(input, out var consumed));
        Assert.Equal(0, consumed);
        Assert.Equal(error, parser.Error);

        var drip = new RequestParser(limits);
        var status = RequestStatus.NeedMoreData;
        for (var length = 1; length <= input.Length && status == RequestStatus.NeedMoreData; length++)
            status = drip.Read(input.AsSpan(0, length), out _);
        Assert.Equal(RequestStatus.Malformed, status);
        Assert.Equal(error, drip.Error);
    }

    [Fact]
    public void An_announced_length_allocates_nothing()
    {
        var parser = new RequestParser(new RespLimits());
        Assert.Equal(RequestStatus.NeedMoreData, parser.Read("*1\r\n$1\r\n"u8, out _)); // Warm.
        parser = new RequestParser(new RespLimits());

        var before = GC.GetAllocatedBytesForCurrentThread();
        parser.Read("*1000000\r\n$8000000\r\n"u8, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_pipelined_request_allocates_nothing()
    {
        var input = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n"u8.ToArray();
        var parser = new RequestParser(new RespLimits());
        parser.Read(input, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            parser.Read(input, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_bytes_make_the_parser_throw_or_consume_more_than_there_is(int seed)
    {
        var random = new Random(seed);
        var limits = new RespLimits(ArgumentsMax: 50, BulkBytesMax: 1000, RequestBytesMax: 4000, InlineBytesMax: 500);
        for (var round = 0; round < 20_000; round++)
        {
            var input = Fuzz.Request(random);
            var parser = new RequestParser(limits);
            var split = random.Next(input.Length + 1);
            var status = parser.Read(input.AsSpan(0, split), out var consumed);
            if (status == RequestStatus.NeedMoreData)
            {
                Assert.Equal(0, consumed);
                status = parser.Read(input, out consumed);
            }

            Assert.InRange(consumed, 0, input.Length);
            Assert.Equal(status == RequestStatus.Complete, consumed > 0);
            if (status == RequestStatus.Complete)
                _ = Join(parser.Arguments(input));
        }
    }

    private static string Join(RequestArguments arguments)
    {
        var texts = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
            texts.Add(Encoding.Latin1.GetString(arguments[i]));
        return string.Join('|', texts);
    }
}
