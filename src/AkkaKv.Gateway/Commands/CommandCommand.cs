using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>COMMAND and its subcommands: the command table, as consoles and clients read it.</summary>
internal static class CommandCommand
{
    private static readonly (CommandFlags Flag, byte[] Name)[] FlagNames =
    [
        (CommandFlags.Write, "write"u8.ToArray()),
        (CommandFlags.ReadOnly, "readonly"u8.ToArray()),
        (CommandFlags.DenyOutOfMemory, "denyoom"u8.ToArray()),
        (CommandFlags.Admin, "admin"u8.ToArray()),
        (CommandFlags.PubSub, "pubsub"u8.ToArray()),
        (CommandFlags.NoScript, "noscript"u8.ToArray()),
        (CommandFlags.Loading, "loading"u8.ToArray()),
        (CommandFlags.Stale, "stale"u8.ToArray()),
        (CommandFlags.Fast, "fast"u8.ToArray()),
        (CommandFlags.NoAuth, "no_auth"u8.ToArray()),
    ];

    public static void Run(ClientSession session, RequestArguments arguments)
    {
        var replies = session.Replies;
        var about = arguments.Count > 1 ? arguments[1] : "INFO"u8;
        if (Words.Is(about, "COUNT"u8) && arguments.Count == 2)
        {
            replies.Integer(CommandTable.All.Length);
        }
        else if (Words.Is(about, "INFO"u8))
        {
            Info(replies, arguments);
        }
        else if (Words.Is(about, "DOCS"u8))
        {
            Docs(replies, arguments);
        }
        else if (Words.Is(about, "LIST"u8))
        {
            List(replies, arguments);
        }
        else if (Words.Is(about, "GETKEYS"u8) && arguments.Count > 2)
        {
            GetKeys(replies, arguments);
        }
        else if (Words.Is(about, "HELP"u8))
        {
            ServerCommands.Lines(replies, "COMMAND [COUNT | DOCS [name ...] | INFO [name ...] | LIST | GETKEYS command [arg ...]]");
        }
        else
        {
            replies.Error(ServerCommands.UnknownSubcommand(arguments, "COMMAND", "COUNT", "GETKEYS"));
        }
    }

    private static void List(ReplyWriter replies, RequestArguments arguments)
    {
        if (arguments.Count > 2)
        {
            replies.Error(ReplyTable.SyntaxError);
            return;
        }

        replies.Array(CommandTable.All.Length);
        foreach (var command in CommandTable.All)
            replies.Bulk(command.Name);
    }

    private static void Info(ReplyWriter replies, RequestArguments arguments)
    {
        if (arguments.Count <= 2)
        {
            replies.Array(CommandTable.All.Length);
            foreach (var command in CommandTable.All)
                Info(replies, command);
            return;
        }

        replies.Array(arguments.Count - 2);
        for (var i = 2; i < arguments.Count; i++)
        {
            if (CommandTable.Find(arguments[i]) is { } command)
                Info(replies, command);
            else
                replies.NullArray();
        }
    }

    private static void Info(ReplyWriter replies, Command command)
    {
        replies.Array(10);
        replies.Bulk(command.Name);
        replies.Integer(command.Arity);
        replies.Set(FlagNames.Count(flag => command.Flags.HasFlag(flag.Flag)));
        foreach (var (flag, name) in FlagNames)
        {
            if (command.Flags.HasFlag(flag))
                replies.SimpleString(name);
        }

        replies.Integer(command.FirstKey);
        replies.Integer(command.LastKey);
        replies.Integer(command.KeyStep);
        replies.Set(0); // ACL categories: there are none.
        replies.Array(0); // Tips.
        replies.Array(0); // Key specifications.
        replies.Array(0); // Subcommands.
    }

    private static void Docs(ReplyWriter replies, RequestArguments arguments)
    {
        if (arguments.Count == 2)
        {
            replies.Map(CommandTable.All.Length);
            foreach (var command in CommandTable.All)
                Docs(replies, command);
            return;
        }

        var known = 0;
        for (var i = 2; i < arguments.Count; i++)
            known += CommandTable.Find(arguments[i]) is null ? 0 : 1;

        replies.Map(known);
        for (var i = 2; i < arguments.Count; i++)
        {
            if (CommandTable.Find(arguments[i]) is { } command)
                Docs(replies, command);
        }
    }

    private static void Docs(ReplyWriter replies, Command command)
    {
        var words = command.Syntax.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        replies.Bulk(command.Name);
        replies.Map(words.Length == 0 ? 3 : 4);
        replies.Bulk("summary"u8);
        replies.Bulk(command.Summary);
        replies.Bulk("since"u8);
        replies.Bulk("1.0.0"u8);
        replies.Bulk("group"u8);
        replies.Bulk(command.Group);
        if (words.Length == 0)
            return;

        replies.Bulk("arguments"u8);
        replies.Array(words.Length);
        foreach (var word in words)
        {
            replies.Map(3);
            replies.Bulk("name"u8);
            replies.Bulk(word);
            replies.Bulk("type"u8);
            replies.Bulk("string"u8);
            replies.Bulk("display_text"u8);
            replies.Bulk(word);
        }
    }

    private static void GetKeys(ReplyWriter replies, RequestArguments arguments)
    {
        var count = arguments.Count - 2;
        if (CommandTable.Find(arguments[2]) is not { } command)
        {
            replies.Error("ERR Invalid command specified");
            return;
        }

        if (!command.Accepts(count))
        {
            replies.Error("ERR Invalid number of arguments specified for command");
            return;
        }

        var last = Math.Min(command.LastKey < 0 ? count + command.LastKey : command.LastKey, count - 1);
        if (command.FirstKey == 0 || command.FirstKey > last)
        {
            replies.Error("ERR The command has no key arguments");
            return;
        }

        replies.Array(((last - command.FirstKey) / command.KeyStep) + 1);
        for (var i = command.FirstKey; i <= last; i += command.KeyStep)
            replies.Bulk(arguments[i + 2]);
    }
}
