using System.Diagnostics;
using System.Globalization;
using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Cli;

/// <summary>Runs commands and shows their replies: one, those of a pipe, or a person's.</summary>
internal sealed class Shell
{
    private readonly Connection _connection;
    private readonly CliHost _host;
    private readonly OutputStyle _style;
    private readonly bool _hasColor;
    private readonly CommandReference _reference = new();
    private bool _showsTimes;

    public Shell(Connection connection, CliHost host, OutputStyle style, bool hasColor)
    {
        _connection = connection;
        _host = host;
        _style = style;
        _hasColor = hasColor;
        _connection.Notify = text => _host.Error.WriteLine(Dim(text));
    }

    /// <summary>Runs one command; the result is the exit code that belongs to its reply.</summary>
    public int Execute(IReadOnlyList<ReadOnlyMemory<byte>> command)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var reply = _connection.Ask(command);
            var elapsed = Stopwatch.GetElapsedTime(started);
            Show(reply);
            if (_showsTimes)
                _host.Output.WriteLine(Dim(string.Create(CultureInfo.InvariantCulture, $"({elapsed.TotalMilliseconds:0.00} ms)")));
            return reply.IsError ? CliProgram.ErrorReply : CliProgram.Success;
        }
        catch (ServerLostException failure)
        {
            _host.Error.WriteLine(Red(failure.Message));
            return CliProgram.NoServer;
        }
    }

    /// <summary>Runs one command a line until the input ends. The result is that of the worst command.</summary>
    public int ReadLines()
    {
        var worst = CliProgram.Success;
        while (_host.Input.ReadLine() is { } line)
        {
            if (!TrySplit(line, out var command))
                worst = Math.Max(worst, CliProgram.ErrorReply);
            else if (command.Count > 0)
                worst = Math.Max(worst, Execute(command));
            if (worst == CliProgram.NoServer)
                break; // What follows may depend on what was not executed.
        }

        return worst;
    }

    /// <summary>Talks with a person until they leave.</summary>
    public int Converse()
    {
        var history = new History(_host.HistoryFile);
        var editor = new LineEditor(history, _reference, _hasColor);
        TryLearn();
        _host.Output.WriteLine(Dim("TAB completes, 'help' lists commands, ':time' shows timings, Ctrl-D leaves."));
        while (editor.ReadLine(Prompt()) is { } line)
        {
            if (line.Length == 0)
                continue;

            history.Add(line);
            if (line is "exit" or "quit")
                break;
            if (!RunOwnWord(line) && TrySplit(line, out var command) && command.Count > 0)
                Execute(command);
        }

        return CliProgram.Success;
    }

    /// <summary>Words of the console itself. They never reach a server.</summary>
    public bool RunOwnWord(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words.Length == 0 ? "" : words[0].ToLowerInvariant())
        {
            case ":time":
                _showsTimes = !_showsTimes;
                _host.Output.WriteLine(Dim(_showsTimes ? "Timings are shown." : "Timings are hidden."));
                return true;
            case ":server":
                _host.Output.WriteLine(Dim(_connection.Server is { } server ? $"On {server}." : "Not connected."));
                return true;
            case "help" or "?":
                TryLearn();
                _host.Output.WriteLine(_reference.Help(words.Length > 1 ? words[1] : null));
                return true;
            case "clear" when words.Length == 1:
                _host.Output.Write("\u001b[H\u001b[2J");
                return true;
            default:
                return false;
        }
    }

    private string Prompt() => _connection.Server is { } server ? $"{server}> " : "(not connected)> ";

    private void TryLearn()
    {
        try
        {
            if (_reference.IsEmpty)
                _reference.Learn(_connection.Ask(["COMMAND"u8.ToArray(), "DOCS"u8.ToArray()]));
        }
        catch (ServerLostException failure)
        {
            _host.Error.WriteLine(Red(failure.Message));
        }
    }

    private bool TrySplit(string line, out IReadOnlyList<ReadOnlyMemory<byte>> command)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var output = new byte[bytes.Length];
        var splitter = new InlineSplitter(bytes, output);
        var words = new List<ReadOnlyMemory<byte>>();
        while (splitter.TryNext(out var start, out var length))
            words.Add(output.AsMemory(start, length));
        command = words;
        if (splitter.IsUnbalanced)
            _host.Error.WriteLine(Red("A quote is not closed, or something follows a closing quote. Not executed."));
        return !splitter.IsUnbalanced;
    }

    private void Show(RespValue reply)
    {
        var text = ReplyPrinter.Format(reply, _style);
        _host.Output.WriteLine(reply.IsError && _style == OutputStyle.Human ? Red(text) : text);
        if (reply.IsError && _style == OutputStyle.Human && ReplyPrinter.Explain(reply.Text) is { } explanation)
            _host.Output.WriteLine(Dim(explanation));
    }

    private string Red(string text) => _hasColor ? $"\u001b[31m{text}\u001b[0m" : text;

    private string Dim(string text) => _hasColor ? $"\u001b[2m{text}\u001b[0m" : text;
}
