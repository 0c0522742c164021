using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Cli.Tests;

public sealed class PrinterTests
{
    [Theory]
    [InlineData("+OK\r\n", "OK", "OK", "\"OK\"")]
    [InlineData(":5\r\n", "(integer) 5", "5", "5")]
    [InlineData("_\r\n", "(nil)", "", "null")]
    [InlineData("$-1\r\n", "(nil)", "", "null")]
    [InlineData("-ERR no\r\n", "(error) ERR no", "ERR no", "{\"error\":\"ERR no\"}")]
    [InlineData("$5\r\na\"b\nc\r\n", "\"a\\\"b\\nc\"", "a\"b\nc", "\"a\\\"b\\nc\"")]
    [InlineData("$2\r\n\u00c3\u00a4\r\n", "\"\u00e4\"", "\u00e4", "\"\u00e4\"")]
    [InlineData("*0\r\n", "(empty array)", "", "[]")]
    [InlineData("*2\r\n:1\r\n*2\r\n+a\r\n_\r\n", "1) (integer) 1\n2) 1) a\n   2) (nil)", "1\na\n", "[1,[\"a\",null]]")]
    [InlineData("%1\r\n+a\r\n:1\r\n", "1# a => (integer) 1", "a\n1", "{\"a\":1}")]
    [InlineData(",1.5\r\n", "(double) 1.5", "1.5", "1.5")]
    [InlineData("#t\r\n", "(true)", "true", "true")]
    [InlineData("=8\r\ntxt:abc\n\r\n", "abc", "abc", "\"abc\\n\"")]
    public void Replies_are_shown_for_people_for_pipes_and_as_json(string wire, string human, string raw, string json)
    {
        var reply = Read(Encoding.Latin1.GetBytes(wire));
        Assert.Equal(human, ReplyPrinter.Format(reply, OutputStyle.Human));
        Assert.Equal(raw, ReplyPrinter.Format(reply, OutputStyle.Raw));
        Assert.Equal(json, ReplyPrinter.Format(reply, OutputStyle.Json));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_by_number() =>
        Assert.Equal("\"\\xff\\x00a\"", ReplyPrinter.Format(Read([.. "$3\r\n"u8, 0xff, 0, .. "a\r\n"u8]), OutputStyle.Human));

    [Theory]
    [InlineData("TRYAGAIN no leader", "Not executed")]
    [InlineData("LOADING x", "Not executed")]
    [InlineData("NOREPLICAS x", "Not executed")]
    [InlineData("UNCERTAIN x", "Unknown")]
    public void Errors_are_explained(string error, string words) =>
        Assert.StartsWith(words, ReplyPrinter.Explain(error), StringComparison.Ordinal);

    private static RespValue Read(byte[] wire)
    {
        new ReplyReader().Read(wire, out var value, out _);
        return value!;
    }
}
