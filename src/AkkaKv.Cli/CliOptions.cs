using System.Collections.Immutable;
using System.Globalization;

namespace AkkaKv.Cli;

/// <summary>How replies are shown.</summary>
internal enum OutputStyle
{
    /// <summary>For people: with types and quotes.</summary>
    Human,

    /// <summary>Bytes as they are, a line each.</summary>
    Raw,

    /// <summary>One JSON value a reply.</summary>
    Json,
}

/// <summary>A server's address for clients.</summary>
internal sealed record ServerAddress(string Host, int Port)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}

/// <summary>What the command line says.</summary>
internal sealed record CliOptions
{
    /// <summary>
    /// Tried in their order. The default is the cluster that the server's <c>cluster</c> command starts from the shipped
    /// <c>hocon/cluster.conf</c>; the console reads no configuration, so that it runs anywhere.
    /// </summary>
    public ImmutableArray<ServerAddress> Servers { get; init; } =
        [new("127.0.0.1", 7001), new("127.0.0.1", 7002), new("127.0.0.1", 7003)];

    /// <summary>Null for the natural one: human on a terminal, raw in a pipe.</summary>
    public OutputStyle? Style { get; init; }

    public bool NoColor { get; init; }

    public bool ShowsHelp { get; init; }

    /// <summary>The command to run; empty for the console.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    public const string Usage = """
        Usage: akkakv [--servers HOST:PORT,...] [--raw|--json] [--no-color] [COMMAND [ARG ...]]

        With a command: runs it, prints the reply, and ends with 0, 1 for an error reply, 2 if no server answers.
        Without: an interactive console on a terminal, otherwise one command a line from standard input.

          --servers LIST   servers to try, in this order (default 127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003)
          --raw            replies as they are, a line each (the default when the output is no terminal)
          --json           replies as JSON, one a line
          --no-color       no colors; the variable NO_COLOR does the same

        The variable AKKAKV_AUTH holds the password for servers that want one.
        """;

    /// <summary>Reads the arguments; what follows the first word that is no option belongs to the command.</summary>
    /// <param name="error">What is wrong, when the result is null.</param>
    public static CliOptions? Parse(IReadOnlyList<string> arguments, out string error)
    {
        var options = new CliOptions();
        error = "";
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--servers" or "-s" when i + 1 < arguments.Count:
                    if (!TryParseServers(arguments[++i], out var servers))
                    {
                        error = $"'{arguments[i]}' is no list of servers like 127.0.0.1:7001,127.0.0.1:7002";
                        return null;
                    }

                    options = options with { Servers = servers };
                    break;
                case "--raw":
                    options = options with { Style = OutputStyle.Raw };
                    break;
                case "--json":
                    options = options with { Style = OutputStyle.Json };
                    break;
                case "--no-color":
                    options = options with { NoColor = true };
                    break;
                case "--help" or "-h":
                    options = options with { ShowsHelp = true };
                    break;
                case var option when option.StartsWith("--", StringComparison.Ordinal):
                    error = option == "--servers" ? "--servers needs a list" : $"there is no option {option}";
                    return null;
                default:
                    return options with { Command = [.. arguments.Skip(i)] };
            }
        }

        return options;
    }

    private static bool TryParseServers(string list, out ImmutableArray<ServerAddress> servers)
    {
        var found = ImmutableArray.CreateBuilder<ServerAddress>();
        servers = [];
        foreach (var part in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.LastIndexOf(':');
            if (colon <= 0
                || !int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                || port is 0 or > 65_535)
            {
                return false;
            }

            found.Add(new ServerAddress(part[..colon].Trim('[', ']'), port));
        }

        servers = found.ToImmutable();
        return servers.Length > 0;
    }
}
