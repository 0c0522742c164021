using System.Buffers;
using System.Text;

namespace AkkaKv.Resp.Tests;

public sealed class ReplyTests
{
    public static TheoryData<string, string> GoodReplies => new()
    {
        { "+OK\r\n", "OK" },
        { "-ERR no\r\n", "-ERR no" },
        { "!6\r\nERR no\r\n", "-ERR no" },
        { ":-12\r\n", "-12" },
        { "$3\r\na\r\n\r\n", "a\r\n" },
        { "$0\r\n\r\n", "" },
        { "$-1\r\n", "nil" },
        { "*-1\r\n", "nil" },
        { "_\r\n", "nil" },
        { "#t\r\n", "t" },
        { ",1.5\r\n", "1.5" },
        { "(123456789012345678901234567890\r\n", "123456789012345678901234567890" },
        { "=7\r\ntxt:abc\r\n", "abc" },
        { "*0\r\n", "[]" },
        { "*3\r\n:1\r\n*2\r\n$1\r\na\r\n_\r\n%0\r\n", "[1, [a, nil], []]" },
        { "%2\r\n+a\r\n:1\r\n+b\r\n~1\r\n:2\r\n", "[a, 1, b, [2]]" },
        { ">2\r\n+message\r\n+hi\r\n", "[message, hi]" },
        { "|1\r\n+ttl\r\n:3\r\n$1\r\na\r\n", "a" },
    };

    [Theory]
    [MemberData(nameof(GoodReplies))]
    public void A_reply_reads_the_same_whole_and_byte_by_byte(string wire, string expected)
    {
        var input = Encoding.Latin1.GetBytes(wire + "+next\r\n");
        var length = wire.Length;

        var whole = new ReplyReader();
        Assert.Equal(OperationStatus.Done, whole.Read(input, out var value, out var consumed));
        Assert.Equal(length, consumed);
        Assert.Equal(expected, value!.ToString());
        Assert.Equal(OperationStatus.Done, whole.Read(input.AsSpan(consumed), out value, out _));
        Assert.Equal("next", value!.Text);

        var drip = new ReplyReader();
        for (var i = 0; i < length; i++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, drip.Read(input.AsSpan(0, i), out _, out consumed));
            Assert.Equal(0, consumed);
        }

        Assert.Equal(OperationStatus.Done, drip.Read(input.AsSpan(0, length), out value, out _));
        Assert.Equal(expected, value!.ToString());
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("\r\n")]
    [InlineData("+\n")]
    [InlineData("$x\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("%-1\r\n")]
    [InlineData("*99999999999\r\n")]
    [InlineData(":x\r\n")]
    [InlineData("=1\r\na\r\n")]
    public void What_is_no_reply_is_refused(string wire) =>
        Assert.Equal(OperationStatus.InvalidData, new ReplyReader().Read(Encoding.Latin1.GetBytes(wire), out _, out _));

    [Fact]
    public void Endless_nesting_is_refused()
    {
        var input = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("*1\r\n", 10_000)));
        Assert.Equal(OperationStatus.InvalidData, new ReplyReader().Read(input, out _, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_bytes_make_the_reader_throw(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var input = Fuzz.Reply(random);
            var status = new ReplyReader().Read(input, out var value, out var consumed);
            Assert.Equal(status == OperationStatus.Done, value is not null);
            Assert.InRange(consumed, 0, input.Length);
        }
    }

    [Fact]
    public void A_writer_says_everything_in_both_versions()
    {
        Assert.Equal(
            "+OK\r\n+hi\r\n-ERR a  b\r\n:-5\r\n:10\r\n$3\r\nabc\r\n$2\r\n\u00e4\r\n$-1\r\n*-1\r\n*1\r\n*4\r\n*2\r\n*1\r\n:1\r\n"
            + "$3\r\n1.5\r\n$3\r\ninf\r\n$3\r\ntxt\r\n",
            Everything(resp3: false));
        Assert.Equal(
            "+OK\r\n+hi\r\n-ERR a  b\r\n:-5\r\n:10\r\n$3\r\nabc\r\n$2\r\n\u00e4\r\n_\r\n_\r\n*1\r\n%2\r\n~2\r\n"
            + ">1\r\n#t\r\n,1.5\r\n,inf\r\n=7\r\ntxt:txt\r\n",
            Everything(resp3: true));
    }

    [Fact]
    public void A_large_reply_grows_the_buffer_and_clearing_gives_it_back()
    {
        using var writer = new ReplyWriter();
        var value = new byte[1_000_000];
        writer.Ok();
        writer.Bulk(value);
        Assert.Equal(5 + 10 + value.Length + 2, writer.Length);
        writer.Clear();
        Assert.Equal(0, writer.Length);
        writer.Integer(long.MinValue);
        Assert.Equal(":-9223372036854775808\r\n", Encoding.UTF8.GetString(writer.Written.Span));
    }

    [Fact]
    public void A_truncated_reply_is_taken_back()
    {
        using var writer = new ReplyWriter();
        writer.Ok();
        var mark = writer.Length;
        writer.Array(3);
        writer.Truncate(mark);
        writer.Null();
        Assert.Equal("+OK\r\n$-1\r\n", Encoding.UTF8.GetString(writer.Written.Span));
    }

    [Fact]
    public void Writing_replies_allocates_nothing()
    {
        using var writer = new ReplyWriter();
        Write();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            Write();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Write()
        {
            writer.Clear();
            writer.Ok();
            writer.Bulk("value"u8);
            writer.Integer(123456);
            writer.Null();
        }
    }

    [Fact]
    public void A_written_request_is_what_the_parser_reads()
    {
        var output = new ArrayBufferWriter<byte>();
        RequestWriter.Write(output, "SET", "key", "\u00e4\r\n");
        var parser = new RequestParser(new RespLimits());
        Assert.Equal(RequestStatus.Complete, parser.Read(output.WrittenSpan, out var consumed));
        Assert.Equal(output.WrittenCount, consumed);
        Assert.Equal(3, parser.Arguments(output.WrittenSpan).Count);
        Assert.Equal("\u00e4\r\n", Encoding.UTF8.GetString(parser.Arguments(output.WrittenSpan)[2]));
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("-0", null)]
    [InlineData("01", null)]
    [InlineData("+1", null)]
    [InlineData(" 1", null)]
    [InlineData("1 ", null)]
    [InlineData("1a", null)]
    [InlineData("9223372036854775808", null)]
    public void Integers_are_read_strictly(string text, long? expected)
    {
        var read = RespNumber.TryParse(Encoding.ASCII.GetBytes(text), out var value);
        Assert.Equal(expected, read ? value : null);
    }

    private static string Everything(bool resp3)
    {
        using var writer = new ReplyWriter(16) { IsResp3 = resp3 };
        writer.Ok();
        writer.SimpleString("hi"u8);
        writer.Error("ERR a\r\nb");
        writer.Integer(-5);
        writer.Integer(10);
        writer.Bulk("abc"u8);
        writer.Bulk("\u00e4");
        writer.Null();
        writer.NullArray();
        writer.Array(1);
        writer.Map(2);
        writer.Set(2);
        writer.Push(1);
        writer.Boolean(true);
        writer.Double(1.5);
        writer.Double(double.PositiveInfinity);
        writer.Verbatim("txt");
        return Encoding.UTF8.GetString(writer.Written.Span);
    }
}
