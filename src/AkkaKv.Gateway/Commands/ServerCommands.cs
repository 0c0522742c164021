using System.Globalization;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>Commands about the server, and those of Redis's other modes that clients try.</summary>
internal static class ServerCommands
{
    private const CommandFlags Always = CommandFlags.Loading | CommandFlags.Stale;

    public static readonly Command[] Rows =
    [
        Row("command", -1, Always, CommandCommand.Run, "[COUNT|DOCS|INFO|LIST|GETKEYS|HELP [argument ...]]", "Describes the commands."),
        Row("info", -1, Always, InfoCommand.Run, "[section ...]", "Returns figures of the server."),
        Row("config", -2, Always | CommandFlags.Admin, ConfigCommand.Run, "GET pattern ...|SET parameter value ...|RESETSTAT|HELP",
            "Reads settings."),
        Row("role", 1, Always | CommandFlags.Fast, Role, "", "Returns the role for clients: every server takes writes."),
        Row("time", 1, Always | CommandFlags.Fast, Time, "", "Returns this server's clock: Unix seconds and microseconds."),
        Row("wait", 3, CommandFlags.None, Wait, "numreplicas timeout", "Returns how many other servers surely hold the writes before."),
        Row("waitaof", 4, CommandFlags.None, WaitAof, "numlocal numreplicas timeout",
            "Returns how many disks surely hold the writes before."),
        Row("lastsave", 1, Always | CommandFlags.Fast, LastSave,
            "",
            "Returns the present: every write is on disk before it is answered."),
        Row("cluster", -2, Always, Cluster, "INFO|MYID", "Says that this is not Redis Cluster: any server serves any key."),
        Row("sentinel", -2, Always, static (session, arguments) => session.Replies.Error(UnknownNoSentinel(arguments)), "[argument ...]",
            "Not a Sentinel."),
        Row("asking", 1, Always, static (session, _) => session.Replies.Error("ERR This instance has cluster support disabled"), "",
            "Not Redis Cluster."),
        .. Transactions(),
    ];

    /// <summary>Redis's words for a subcommand that does not exist, or that got the wrong number of arguments.</summary>
    /// <param name="command">In upper case.</param>
    /// <param name="subcommands">Those that exist, in upper case.</param>
    public static string UnknownSubcommand(RequestArguments arguments, string command, params ReadOnlySpan<string> subcommands)
    {
        var word = Words.Text(arguments[1]);
        foreach (var subcommand in subcommands)
        {
            if (subcommand.Equals(word, StringComparison.OrdinalIgnoreCase))
                return $"ERR wrong number of arguments for '{command.ToLowerInvariant()}|{word.ToLowerInvariant()}' command";
        }

        return $"ERR unknown subcommand '{word}'. Try {command} HELP.";
    }

    /// <summary>An array of texts, as HELP answers.</summary>
    public static void Lines(ReplyWriter replies, params ReadOnlySpan<string> lines)
    {
        replies.Array(lines.Length);
        foreach (var line in lines)
            replies.Bulk(line);
    }

    private static Command Row(string name, int arity, CommandFlags flags, LocalHandler handler, string syntax, string summary) =>
        new(name, arity)
        {
            Flags = flags,
            Local = handler,
            Group = "server",
            Syntax = syntax,
            Summary = summary,
        };

    /// <summary>Transactions are not offered; whoever tries one learns what to use, and that nothing was executed.</summary>
    private static IEnumerable<Command> Transactions()
    {
        foreach (var name in (string[])["multi", "exec", "discard", "watch", "unwatch"])
        {
            yield return Row(
                name,
                -1,
                CommandFlags.NoScript,
                static (session, _) => session.Replies.Error("ERR transactions are not supported; use MSET, MSETNX, SET with NX, XX, IFEQ "
                    + "or IFNE, or DELEX IFEQ"),
                "",
                "Not supported.");
        }
    }

    private static void Role(ClientSession session, RequestArguments arguments)
    {
        session.Replies.Array(3);
        session.Replies.Bulk("master"u8);
        session.Replies.Integer(session.Gateway.View.Status.Commit.Value);
        session.Replies.Array(0);
    }

    private static void Time(ClientSession session, RequestArguments arguments)
    {
        var now = DateTimeOffset.UtcNow;
        var microseconds = now.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        session.Replies.Array(2);
        session.Replies.Bulk(now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        session.Replies.Bulk(microseconds.ToString(CultureInfo.InvariantCulture));
    }

    private static void LastSave(ClientSession session, RequestArguments arguments) =>
        session.Replies.Integer(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    /// <summary>Nothing to wait for: a write is answered when a majority has it, so a majority less one have it besides one.</summary>
    private static void Wait(ClientSession session, RequestArguments arguments)
    {
        if (IsCountAndTimeout(session, arguments))
            session.Replies.Integer(session.Gateway.ReplicasOfEveryWrite);
    }

    private static void WaitAof(ClientSession session, RequestArguments arguments)
    {
        if (!IsCountAndTimeout(session, arguments))
            return;
        session.Replies.Array(2);
        session.Replies.Integer(1);
        session.Replies.Integer(session.Gateway.ReplicasOfEveryWrite);
    }

    private static bool IsCountAndTimeout(ClientSession session, RequestArguments arguments)
    {
        for (var i = 1; i < arguments.Count; i++)
        {
            if (!RespNumber.TryParse(arguments[i], out var number))
            {
                session.Replies.Error(ReplyTable.NotAnInteger);
                return false;
            }

            if (number < 0)
            {
                session.Replies.Error(i + 1 == arguments.Count ? "ERR timeout is negative" : "ERR value is out of range, must be positive");
                return false;
            }
        }

        return true;
    }

    private static void Cluster(ClientSession session, RequestArguments arguments)
    {
        if (Words.Is(arguments[1], "INFO"u8))
            session.Replies.Verbatim("cluster_enabled:0\r\ncluster_state:ok\r\ncluster_slots_assigned:0\r\ncluster_known_nodes:1\r\n");
        else
            session.Replies.Error("ERR This instance has cluster support disabled");
    }

    private static string UnknownNoSentinel(RequestArguments arguments) =>
        $"ERR unknown command 'SENTINEL', with args beginning with: '{Words.Text(arguments[1])}' ";
}
