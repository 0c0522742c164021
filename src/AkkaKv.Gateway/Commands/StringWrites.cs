using AkkaKv.Core.Commands;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>Commands that write values.</summary>
internal static class StringWrites
{
    private const CommandFlags Slow = CommandFlags.Write | CommandFlags.DenyOutOfMemory;
    private const CommandFlags Fast = Slow | CommandFlags.Fast;
    private const string ExpirySyntax = "[EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|KEEPTTL]";

    public static readonly Command[] Rows =
    [
        OneKey("set", -3, Slow, SetCommand.Set, "key value [NX|XX|IFEQ value|IFNE value] [GET] " + ExpirySyntax,
            "Sets the value of a key."),
        OneKey("put", -3, Slow, SetCommand.Set, "key value [option ...]", "Another name of SET."),
        OneKey("setnx", 3, Fast, SetIfAbsent, "key value", "Sets the value of a key that does not exist."),
        OneKey("setex", 4, Slow, SetWithSeconds, "key seconds value", "Sets a value that expires."),
        OneKey("psetex", 4, Slow, SetWithMilliseconds, "key milliseconds value", "Sets a value that expires."),
        OneKey("getset", 3, Fast, GetAndSet, "key value", "Sets a value and returns the one before."),
        OneKey("getdel", 2, CommandFlags.Write | CommandFlags.Fast, GetAndDelete, "key", "Returns a value and removes its key."),
        OneKey("getex", -2, CommandFlags.Write | CommandFlags.Fast, SetCommand.GetAndExpire,
            "key [EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|PERSIST]",
            "Returns a value and sets its expiry."),
        OneKey("append", 3, Fast, Append, "key value", "Adds to the end of a value."),
        OneKey("setrange", 4, Slow, SetRange, "key offset value", "Overwrites a part of a value."),
        OneKey("incr", 2, Fast, static (run, arguments) => Increment(run, arguments[1], 1), "key", "Adds one to a number."),
        OneKey("decr", 2, Fast, static (run, arguments) => Increment(run, arguments[1], -1), "key", "Takes one from a number."),
        OneKey("incrby", 3, Fast, IncrementBy, "key increment", "Adds to a number."),
        OneKey("decrby", 3, Fast, DecrementBy, "key decrement", "Takes from a number."),
        OneKey("incrbyfloat", 3, Fast, IncrementByFloat, "key increment", "Adds to a decimal number."),
        new("mset", -3)
        {
            Flags = Slow, FirstKey = 1, LastKey = -1, KeyStep = 2, Writes = MultiSet,
            Group = "string", Syntax = "key value [key value ...]", Summary = "Sets several keys at one moment.",
        },
        new("msetnx", -3)
        {
            Flags = Slow, FirstKey = 1, LastKey = -1, KeyStep = 2, Writes = MultiSetIfAbsent,
            Group = "string", Syntax = "key value [key value ...]", Summary = "Sets several keys at one moment, if none exists.",
        },
        new("msetex", -4)
        {
            Flags = Slow, Writes = SetCommand.MultiSetWithOptions, Group = "string",
            Syntax = "numkeys key value [key value ...] [NX|XX] " + ExpirySyntax,
            Summary = "Sets several keys at one moment, with an expiry.",
        },
    ];

    private static Command OneKey(string name, int arity, CommandFlags flags, WriteHandler handler, string syntax, string summary) =>
        new(name, arity)
        {
            Flags = flags,
            FirstKey = 1,
            LastKey = 1,
            KeyStep = 1,
            Writes = handler,
            ReadsKey = name == "getex" ? GetExWithoutOptions : null,
            Group = "string",
            Syntax = syntax,
            Summary = summary,
        };

    private static void SetIfAbsent(WriteRun run, RequestArguments arguments)
    {
        run.Commands.Set(arguments[1], arguments[2], new SetOptions { Condition = SetCondition.IfAbsent });
        run.Answer(ReplyShape.OneOrZero);
    }

    private static void SetWithSeconds(WriteRun run, RequestArguments arguments) => SetWithExpiry(run, arguments, isSeconds: true, "setex");

    private static void SetWithMilliseconds(WriteRun run, RequestArguments arguments) =>
        SetWithExpiry(run, arguments, isSeconds: false, "psetex");

    private static void SetWithExpiry(WriteRun run, RequestArguments arguments, bool isSeconds, string command)
    {
        var error = Words.ReadExpiry(arguments[2], isSeconds, isAbsolute: false, command, out var expiry);
        if (error is not null)
        {
            run.Refuse(error);
            return;
        }

        run.Commands.Set(arguments[1], arguments[3], new SetOptions { Expiry = expiry });
        run.Answer();
    }

    private static void GetAndSet(WriteRun run, RequestArguments arguments)
    {
        run.Commands.Set(arguments[1], arguments[2], new SetOptions { ReturnOld = true });
        run.Answer();
    }

    private static void GetAndDelete(WriteRun run, RequestArguments arguments)
    {
        run.Commands.GetAndDelete(arguments[1]);
        run.Answer();
    }

    private static void Append(WriteRun run, RequestArguments arguments)
    {
        run.Commands.Append(arguments[1], arguments[2], run.Settings.ValueBytesMax);
        run.Answer();
    }

    private static void SetRange(WriteRun run, RequestArguments arguments)
    {
        if (!RespNumber.TryParse(arguments[2], out var offset))
        {
            run.Refuse(ReplyTable.NotAnInteger);
        }
        else if (offset < 0)
        {
            run.Refuse("ERR offset is out of range");
        }
        else
        {
            run.Commands.SetRange(arguments[1], offset, arguments[3], run.Settings.ValueBytesMax);
            run.Answer();
        }
    }

    private static void Increment(WriteRun run, ReadOnlySpan<byte> key, long delta)
    {
        run.Commands.IncrementBy(key, delta);
        run.Answer();
    }

    private static void IncrementBy(WriteRun run, RequestArguments arguments)
    {
        if (RespNumber.TryParse(arguments[2], out var delta))
            Increment(run, arguments[1], delta);
        else
            run.Refuse(ReplyTable.NotAnInteger);
    }

    private static void DecrementBy(WriteRun run, RequestArguments arguments)
    {
        if (!RespNumber.TryParse(arguments[2], out var delta))
            run.Refuse(ReplyTable.NotAnInteger);
        else if (delta == long.MinValue)
            run.Refuse("ERR decrement would overflow");
        else
            Increment(run, arguments[1], -delta);
    }

    private static void IncrementByFloat(WriteRun run, RequestArguments arguments)
    {
        run.Commands.IncrementByFloat(arguments[1], arguments[2]);
        run.Answer();
    }

    private static void MultiSet(WriteRun run, RequestArguments arguments) => MultiSet(run, arguments, SetCondition.Always, "mset");

    private static void MultiSetIfAbsent(WriteRun run, RequestArguments arguments) =>
        MultiSet(run, arguments, SetCondition.IfAbsent, "msetnx");

    private static void MultiSet(WriteRun run, RequestArguments arguments, SetCondition condition, string command)
    {
        if (arguments.Count % 2 == 0)
        {
            run.Refuse($"ERR wrong number of arguments for '{command}' command");
            return;
        }

        run.Commands.BeginMultiSet(condition);
        for (var i = 1; i < arguments.Count; i += 2)
            run.Commands.AddPair(arguments[i], arguments[i + 1]);
        run.Commands.EndMultiSet();
        run.Answer();
    }

    private static void GetExWithoutOptions(ClientSession session, RequestArguments arguments, Core.State.Item? item)
    {
        if (item is null)
            session.Replies.Null();
        else
            session.Replies.Bulk(item.Value);
    }
}
