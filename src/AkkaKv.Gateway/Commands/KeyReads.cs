using AkkaKv.Core.State;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>Commands that ask about keys they name.</summary>
internal static class KeyReads
{
    private const CommandFlags Fast = CommandFlags.ReadOnly | CommandFlags.Fast;

    /// <summary>Rough bytes of one key beside its own and its value's: node, item, array heads, table slots.</summary>
    private const int OverheadBytes = 136;

    public static readonly Command[] Rows =
    [
        ManyKeys("exists", "Counts the keys that exist; one named twice counts twice."),
        ManyKeys("touch", "Counts the keys that exist."),
        OneKey("type", 2, Type, "key", "Returns the type of a key: string or none."),
        OneKey("ttl", 2, static (session, _, item) => session.Replies.Integer(Left(item, 1000)), "key",
            "Returns the seconds a key has left; -1 without an expiry, -2 without a key."),
        OneKey("pttl", 2, static (session, _, item) => session.Replies.Integer(Left(item, 1)), "key",
            "Returns the milliseconds a key has left; -1 without an expiry, -2 without a key."),
        OneKey("expiretime", 2, static (session, _, item) => session.Replies.Integer(At(item, 1000)), "key",
            "Returns when a key expires, in Unix seconds."),
        OneKey("pexpiretime", 2, static (session, _, item) => session.Replies.Integer(At(item, 1)), "key",
            "Returns when a key expires, in Unix milliseconds."),
        new("object", -2)
        {
            Flags = CommandFlags.ReadOnly, FirstKey = 2, LastKey = 2, KeyStep = 1, ReadsStore = Object,
            Group = "generic", Syntax = "ENCODING|REFCOUNT|IDLETIME|FREQ|HELP [key]", Summary = "Returns details of a key.",
        },
        new("memory", -2)
        {
            Flags = CommandFlags.ReadOnly, FirstKey = 2, LastKey = 2, KeyStep = 1, ReadsStore = Memory,
            Group = "server", Syntax = "USAGE key [SAMPLES count]", Summary = "Estimates the bytes that a key takes.",
        },
    ];

    private static Command ManyKeys(string name, string summary) => new(name, -2)
    {
        Flags = Fast,
        FirstKey = 1,
        LastKey = -1,
        KeyStep = 1,
        ReadsKey = static (session, _, item) => session.Replies.Integer(item is null ? 0 : 1),
        ReadsStore = Count,
        Group = "generic",
        Syntax = "key [key ...]",
        Summary = summary,
    };

    private static Command OneKey(string name, int arity, KeyReadHandler handler, string syntax, string summary) => new(name, arity)
    {
        Flags = Fast,
        FirstKey = 1,
        LastKey = 1,
        KeyStep = 1,
        ReadsKey = handler,
        Group = "generic",
        Syntax = syntax,
        Summary = summary,
    };

    private static void Count(ClientSession session, RequestArguments arguments, KeyValueState state)
    {
        var count = 0;
        for (var i = 1; i < arguments.Count; i++)
            count += state.Find(arguments[i]) is null ? 0 : 1;
        session.Replies.Integer(count);
    }

    private static void Type(ClientSession session, RequestArguments arguments, Item? item) =>
        session.Replies.SimpleString(item is null ? "none"u8 : "string"u8);

    /// <summary>Expiry is an entry in the log, so a key whose time has come may still be there for a moment: it has 0 left.</summary>
    private static long Left(Item? item, long unit)
    {
        if (item is null || item.ExpireAt == Item.NoExpiry)
            return item is null ? -2 : -1;
        var left = Math.Max(0, item.ExpireAt - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        return (left + (unit / 2)) / unit;
    }

    private static long At(Item? item, long unit)
    {
        if (item is null || item.ExpireAt == Item.NoExpiry)
            return item is null ? -2 : -1;
        return (item.ExpireAt / unit) + (item.ExpireAt % unit * 2 / unit);
    }

    private static void Object(ClientSession session, RequestArguments arguments, KeyValueState state)
    {
        var replies = session.Replies;
        var about = arguments[1];
        if (Words.Is(about, "HELP"u8))
        {
            ServerCommands.Lines(replies, "OBJECT ENCODING|REFCOUNT|IDLETIME key", "Returns details of a key.");
            return;
        }

        if (arguments.Count != 3 || !(Words.Is(about, "ENCODING"u8) || Words.Is(about, "REFCOUNT"u8)
            || Words.Is(about, "IDLETIME"u8) || Words.Is(about, "FREQ"u8)))
        {
            replies.Error(ServerCommands.UnknownSubcommand(arguments, "OBJECT", "ENCODING", "REFCOUNT", "IDLETIME", "FREQ"));
            return;
        }

        var item = state.Find(arguments[2]);
        if (item is null)
        {
            replies.Null();
        }
        else if (Words.Is(about, "ENCODING"u8))
        {
            replies.Bulk(RespNumber.TryParse(item.Value, out _) ? "int"u8 : item.Value.Length <= 44 ? "embstr"u8 : "raw"u8);
        }
        else if (Words.Is(about, "REFCOUNT"u8))
        {
            replies.Integer(1);
        }
        else if (Words.Is(about, "IDLETIME"u8))
        {
            replies.Integer(0);
        }
        else
        {
            replies.Error("ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when "
                + "switching between policies at runtime LRU and LFU data will take some time to adjust.");
        }
    }

    private static void Memory(ClientSession session, RequestArguments arguments, KeyValueState state)
    {
        if (!Words.Is(arguments[1], "USAGE"u8) || arguments.Count is not (3 or 5))
        {
            session.Replies.Error(ServerCommands.UnknownSubcommand(arguments, "MEMORY", "USAGE"));
            return;
        }

        var item = state.Find(arguments[2]);
        if (item is null)
            session.Replies.Null();
        else
            session.Replies.Integer(OverheadBytes + arguments[2].Length + item.Value.Length);
    }
}
