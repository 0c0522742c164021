using System.Security.Cryptography;
using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>Commands about the connection itself.</summary>
internal static class ConnectionCommands
{
    private const CommandFlags Always = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast;

    public static readonly Command[] Rows =
    [
        Row("ping", -1, Always | CommandFlags.PubSub, Ping, "[message]", "Returns PONG, or the message."),
        Row("echo", 2, Always, static (session, arguments) => session.Replies.Bulk(arguments[1]), "message", "Returns the message."),
        Row("hello", -1, Always | CommandFlags.NoAuth, Hello, "[protover [AUTH username password] [SETNAME clientname]]",
            "Greets the server and chooses RESP2 or RESP3."),
        Row("auth", -2, Always | CommandFlags.NoAuth, Auth, "[username] password", "Authenticates the connection."),
        Row("select", 2, Always, Select, "index", "Chooses a database; there is only 0."),
        Row("quit", -1, Always | CommandFlags.NoAuth | CommandFlags.PubSub, Quit, "", "Closes the connection."),
        Row("reset", 1, Always | CommandFlags.NoAuth | CommandFlags.PubSub, Reset, "", "Makes the connection as new."),
        Row("readonly", 1, Always, static (session, _) => session.Replies.Ok(), "", "Accepted for clients of clusters: any server reads."),
        Row("readwrite", 1, Always, static (session, _) => session.Replies.Ok(), "",
            "Accepted for clients of clusters: any server writes."),
        Row("client", -2, CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, ClientCommand.Run,
            "ID|GETNAME|SETNAME|SETINFO|INFO|LIST|KILL|NO-EVICT|NO-TOUCH|REPLY|HELP [argument ...]",
            "Asks about clients, and tells about this one.") with { IsLong = ClientCommand.AsksAboutAll },
    ];

    private static Command Row(string name, int arity, CommandFlags flags, LocalHandler handler, string syntax, string summary) =>
        new(name, arity)
        {
            Flags = flags,
            Local = handler,
            Group = "connection",
            Syntax = syntax,
            Summary = summary,
        };

    private static void Ping(ClientSession session, RequestArguments arguments)
    {
        if (arguments.Count > 2)
        {
            session.Replies.Error("ERR wrong number of arguments for 'ping' command");
            return;
        }

        var message = arguments.Count == 2 ? arguments[1] : default;
        if (session.Client.IsSubscriber)
        {
            session.Replies.Array(2);
            session.Replies.Bulk("pong"u8);
            session.Replies.Bulk(message);
        }
        else if (arguments.Count == 2)
        {
            session.Replies.Bulk(message);
        }
        else
        {
            session.Replies.SimpleString("PONG"u8);
        }
    }

    private static void Hello(ClientSession session, RequestArguments arguments)
    {
        var replies = session.Replies;
        var version = session.Client.IsResp3 ? 3L : 2L;
        if (arguments.Count > 1)
        {
            var error = !RespNumber.TryParse(arguments[1], out version) ? "ERR Protocol version is not an integer or out of range"
                : version is not (2 or 3) ? "NOPROTO unsupported protocol version"
                : ReadHelloOptions(session, arguments);
            if (error is not null)
            {
                replies.Error(error);
                return;
            }
        }

        if (!session.Client.IsAuthenticated)
        {
            replies.Error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH "
                + "<user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time");
            return;
        }

        session.Client.IsResp3 = replies.IsResp3 = version == 3;
        replies.Map(7);
        replies.Bulk("server"u8);
        replies.Bulk("redis"u8);
        replies.Bulk("version"u8);
        replies.Bulk(InfoCommand.RedisVersion);
        replies.Bulk("proto"u8);
        replies.Integer(version);
        replies.Bulk("id"u8);
        replies.Integer(session.Client.Id);
        replies.Bulk("mode"u8);
        replies.Bulk("standalone"u8);
        replies.Bulk("role"u8);
        replies.Bulk("master"u8);
        replies.Bulk("modules"u8);
        replies.Array(0);
    }

    private static string? ReadHelloOptions(ClientSession session, RequestArguments arguments)
    {
        var name = -1;
        for (var i = 2; i < arguments.Count; i++)
        {
            if (Words.Is(arguments[i], "AUTH"u8) && i + 2 < arguments.Count)
            {
                var error = Authenticate(session, arguments[i + 1], arguments[i + 2]);
                if (error is not null)
                    return error;
                i += 2;
            }
            else if (Words.Is(arguments[i], "SETNAME"u8) && i + 1 < arguments.Count)
            {
                name = ++i;
            }
            else
            {
                return $"ERR Syntax error in HELLO option '{Words.Text(arguments[i])}'";
            }
        }

        return name < 0 || !session.Client.IsAuthenticated ? null : ClientCommand.SetName(session, arguments[name]);
    }

    private static void Auth(ClientSession session, RequestArguments arguments)
    {
        var error = arguments.Count > 3 ? ReplyTable.SyntaxError
            : session.Gateway.Settings.Password is null && arguments.Count == 2
                ? "ERR AUTH <password> called without any password configured for the default user. "
                    + "Are you sure your configuration is correct?"
            : Authenticate(session, arguments.Count == 3 ? arguments[1] : "default"u8, arguments[arguments.Count - 1]);
        if (error is null)
            session.Replies.Ok();
        else
            session.Replies.Error(error);
    }

    /// <summary>There is one user, <c>default</c>. Passwords are compared in a time that does not tell how much of one is right.</summary>
    private static string? Authenticate(ClientSession session, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        var isUser = user.SequenceEqual("default"u8);
        var expected = session.Gateway.Settings.Password;
        var isPassword = expected is null
            || CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(expected)), SHA256.HashData(password));
        if (!isUser || !isPassword)
            return "WRONGPASS invalid username-password pair or user is disabled.";

        session.Admit();
        return null;
    }

    private static void Select(ClientSession session, RequestArguments arguments)
    {
        if (!RespNumber.TryParse(arguments[1], out var index))
            session.Replies.Error(ReplyTable.NotAnInteger);
        else if (index != 0)
            session.Replies.Error("ERR DB index is out of range");
        else
            session.Replies.Ok();
    }

    private static void Quit(ClientSession session, RequestArguments arguments)
    {
        session.Replies.Ok();
        session.Close();
    }

    private static void Reset(ClientSession session, RequestArguments arguments)
    {
        session.Client.Reset(session.Gateway.Settings.Password is null, session.Replies);
        session.Replies.SimpleString("RESET"u8);
    }
}
