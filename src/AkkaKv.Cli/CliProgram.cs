using System.Text;

namespace AkkaKv.Cli;

/// <summary>The client console, from its arguments to its exit code.</summary>
internal static class CliProgram
{
    /// <summary>Everything went well, as far as the last command is concerned.</summary>
    public const int Success = 0;

    /// <summary>The server answered with an error.</summary>
    public const int ErrorReply = 1;

    /// <summary>No server answered, or the arguments are wrong.</summary>
    public const int NoServer = 2;

    public static int Run(IReadOnlyList<string> arguments, CliHost host)
    {
        if (CliOptions.Parse(arguments, out var error) is not { } options)
        {
            host.Error.WriteLine(error);
            host.Error.WriteLine(CliOptions.Usage);
            return NoServer;
        }

        if (options.ShowsHelp)
        {
            host.Output.WriteLine(CliOptions.Usage);
            return Success;
        }

        using var connection = new Connection(options.Servers, host.Password);
        var style = options.Style ?? (host.OutputIsTerminal ? OutputStyle.Human : OutputStyle.Raw);
        var shell = new Shell(connection, host, style, hasColor: host.OutputIsTerminal && !options.NoColor && !host.NoColor);
        if (options.Command.Length > 0)
            return shell.Execute([.. options.Command.Select(word => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(word))]);

        return host.IsInteractive ? shell.Converse() : shell.ReadLines();
    }
}
