using System.Text;

namespace AkkaKv.Cli.Tests;

public sealed class CliTests
{
    [Fact]
    public void Arguments_are_read_up_to_the_command()
    {
        var options = CliOptions.Parse(["--servers", "a:1,[::1]:2", "--json", "--no-color", "SET", "--raw", "x"], out _);
        Assert.NotNull(options);
        Assert.Equal(["a:1", "::1:2"], options.Servers.Select(server => server.ToString()));
        Assert.Equal(OutputStyle.Json, options.Style);
        Assert.True(options.NoColor);
        Assert.Equal(["SET", "--raw", "x"], options.Command.AsEnumerable());
    }

    [Fact]
    public void Without_arguments_the_three_local_servers_are_tried() => Assert.Equal(
        ["127.0.0.1:7001", "127.0.0.1:7002", "127.0.0.1:7003"],
        CliOptions.Parse([], out _)!.Servers.Select(server => server.ToString()));

    [Theory]
    [InlineData("--servers")]
    [InlineData("--servers", "nonsense")]
    [InlineData("--servers", "a:0")]
    [InlineData("--servers", "a:70000")]
    [InlineData("--servers", ",")]
    [InlineData("--unknown")]
    public void Wrong_arguments_end_with_2_and_the_usage(params string[] arguments)
    {
        var (code, _, error) = Run(arguments);
        Assert.Equal(2, code);
        Assert.Contains("Usage:", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_is_run_and_its_reply_is_printed()
    {
        using var server = new ScriptedServer("$4\r\nblue\r\n");
        var (code, output, _) = Run(["--servers", server.Address, "GET", "color"]);
        Assert.Equal(0, code);
        Assert.Equal("blue\n", output);
        Assert.Equal(["HELLO 3", "GET color"], server.Received);
    }

    [Fact]
    public void An_error_reply_ends_with_1_and_says_in_plain_words_what_happened()
    {
        using var server = new ScriptedServer("-UNCERTAIN the outcome could not be learned in time\r\n");
        var (code, output, _) = Run(["--servers", server.Address, "SET", "a", "b"], isTerminal: true);
        Assert.Equal(1, code);
        Assert.Contains("(error) UNCERTAIN", output, StringComparison.Ordinal);
        Assert.Contains("Unknown whether it was executed.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void No_server_ends_with_2()
    {
        string address;
        using (var server = new ScriptedServer("+OK\r\n"))
            address = server.Address;
        var (code, _, error) = Run(["--servers", address, "GET", "a"]);
        Assert.Equal(2, code);
        Assert.StartsWith("No server answers:", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_server_is_used_when_the_first_is_away()
    {
        string gone;
        using (var server = new ScriptedServer("+OK\r\n"))
            gone = server.Address;
        using var next = new ScriptedServer("+OK\r\n");
        var (code, output, error) = Run(["--servers", $"{gone},{next.Address}", "SET", "a", "b"]);
        Assert.Equal(0, code);
        Assert.Equal("OK\n", output);
        Assert.Contains($"now on {next.Address}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_whose_server_goes_away_is_not_sent_again()
    {
        using var dying = new ScriptedServer("");
        using var next = new ScriptedServer("+OK\r\n");
        var (code, _, error) = Run(["--servers", $"{dying.Address},{next.Address}", "SET", "a", "b"]);
        Assert.Equal(2, code);
        Assert.Contains("may or may not have been executed", error, StringComparison.Ordinal);
        Assert.Empty(next.Received);
    }

    [Fact]
    public void A_read_whose_server_goes_away_is_asked_of_another()
    {
        using var dying = new ScriptedServer("");
        using var next = new ScriptedServer("$1\r\n1\r\n");
        var (code, output, error) = Run(["--servers", $"{dying.Address},{next.Address}", "GET", "a"]);
        Assert.Equal(0, code);
        Assert.Equal("1\n", output);
        Assert.Contains("went away", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_gives_one_command_a_line()
    {
        using var server = new ScriptedServer("+OK\r\n", "_\r\n", "-ERR no\r\n");
        var (code, output, _) = Run(["--servers", server.Address], "SET a \"two words\"\n\nGET b\nFOO\n");
        Assert.Equal(1, code);
        Assert.Equal("OK\n\nERR no\n", output);
        Assert.Equal(["HELLO 3", "SET a two words", "GET b", "FOO"], server.Received);
    }

    [Fact]
    public void An_unbalanced_quote_is_not_sent()
    {
        using var server = new ScriptedServer("+OK\r\n");
        var (code, _, error) = Run(["--servers", server.Address], "SET a \"b\n");
        Assert.Equal(1, code);
        Assert.Contains("Not executed", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_and_timings_are_words_of_the_console()
    {
        using var server = new ScriptedServer(
            "%1\r\n$3\r\nget\r\n%3\r\n$7\r\nsummary\r\n$5\r\nReads\r\n$5\r\ngroup\r\n$6\r\nstring\r\n"
            + "$9\r\narguments\r\n*1\r\n%1\r\n$12\r\ndisplay_text\r\n$3\r\nkey\r\n",
            "+OK\r\n");
        var output = new StringWriter { NewLine = "\n" };
        var host = new CliHost(TextReader.Null, output, TextWriter.Null);
        using var connection = new Connection([server.Parsed], null);
        var shell = new Shell(connection, host, OutputStyle.Human, hasColor: false);

        Assert.True(shell.RunOwnWord("help get"));
        Assert.Equal("GET key\n  Reads\n", output.ToString());
        Assert.True(shell.RunOwnWord(":time"));
        Assert.False(shell.RunOwnWord("GET a"));
        shell.Execute([Encoding.UTF8.GetBytes("PING")]);
        Assert.Matches(@"OK\n\(\d+\.\d\d ms\)\n$", output.ToString());
    }

    private static (int Code, string Output, string Error) Run(string[] arguments, string input = "", bool isTerminal = false)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var host = new CliHost(new StringReader(input), output, error) { OutputIsTerminal = isTerminal, NoColor = true };
        return (CliProgram.Run(arguments, host), output.ToString(), error.ToString());
    }
}
