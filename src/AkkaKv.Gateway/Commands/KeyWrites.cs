using AkkaKv.Core.Commands;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>Commands that remove, rename and time keys, whatever they hold.</summary>
internal static class KeyWrites
{
    private const CommandFlags Fast = CommandFlags.Write | CommandFlags.Fast;

    public static readonly Command[] Rows =
    [
        ManyKeys("del", "Removes keys at one moment."),
        ManyKeys("unlink", "Removes keys at one moment."),
        OneKey("delex", -2, DeleteIf, "key [IFEQ value|IFNE value]", "Removes a key if its value is as expected."),
        OneKey("expire", -3, static (run, arguments) => Expire(run, arguments, isSeconds: true, isAbsolute: false, "expire"),
            "key seconds [NX|XX|GT|LT]",
            "Sets the time after which a key expires."),
        OneKey("pexpire", -3, static (run, arguments) => Expire(run, arguments, isSeconds: false, isAbsolute: false, "pexpire"),
            "key milliseconds [NX|XX|GT|LT]",
            "Sets the time after which a key expires."),
        OneKey("expireat", -3, static (run, arguments) => Expire(run, arguments, isSeconds: true, isAbsolute: true, "expireat"),
            "key unix-seconds [NX|XX|GT|LT]",
            "Sets the moment at which a key expires."),
        OneKey("pexpireat", -3, static (run, arguments) => Expire(run, arguments, isSeconds: false, isAbsolute: true, "pexpireat"),
            "key unix-milliseconds [NX|XX|GT|LT]",
            "Sets the moment at which a key expires."),
        OneKey("persist", 2, Persist, "key", "Takes the expiry from a key."),
        TwoKeys("rename", 3, Rename, "key newkey", "Gives a key another name."),
        TwoKeys("renamenx", 3, RenameIfAbsent, "key newkey", "Gives a key another name, unless that is taken."),
        TwoKeys("copy", -3, Copy, "source destination [DB 0] [REPLACE]", "Copies a key."),
        Flush("flushall"),
        Flush("flushdb"),
    ];

    private static Command Flush(string name) => new(name, -1)
    {
        Flags = CommandFlags.Write,
        Writes = FlushAll,
        Group = "server",
        Syntax = "[ASYNC|SYNC]",
        Summary = "Removes all keys.",
    };

    private static Command ManyKeys(string name, string summary) => new(name, -2)
    {
        Flags = CommandFlags.Write,
        FirstKey = 1,
        LastKey = -1,
        KeyStep = 1,
        Writes = Delete,
        Group = "generic",
        Syntax = "key [key ...]",
        Summary = summary,
    };

    private static Command OneKey(string name, int arity, WriteHandler handler, string syntax, string summary) => new(name, arity)
    {
        Flags = Fast,
        FirstKey = 1,
        LastKey = 1,
        KeyStep = 1,
        Writes = handler,
        Group = "generic",
        Syntax = syntax,
        Summary = summary,
    };

    private static Command TwoKeys(string name, int arity, WriteHandler handler, string syntax, string summary) => new(name, arity)
    {
        Flags = Fast,
        FirstKey = 1,
        LastKey = 2,
        KeyStep = 1,
        Writes = handler,
        Group = "generic",
        Syntax = syntax,
        Summary = summary,
    };

    private static void Delete(WriteRun run, RequestArguments arguments)
    {
        run.Commands.BeginDelete();
        for (var i = 1; i < arguments.Count; i++)
            run.Commands.AddKey(arguments[i]);
        run.Commands.EndDelete();
        run.Answer();
    }

    private static void DeleteIf(WriteRun run, RequestArguments arguments)
    {
        var isEqual = arguments.Count == 4 && Words.Is(arguments[2], "IFEQ"u8);
        var isNotEqual = arguments.Count == 4 && Words.Is(arguments[2], "IFNE"u8);
        if (arguments.Count == 2)
        {
            run.Commands.Delete(arguments[1]);
        }
        else if (isEqual || isNotEqual)
        {
            run.Commands.DeleteIf(arguments[1], isEqual ? SetCondition.IfEqual : SetCondition.IfNotEqual, arguments[3]);
        }
        else
        {
            run.Refuse(ReplyTable.SyntaxError);
            return;
        }

        run.Answer();
    }

    private static void Expire(WriteRun run, RequestArguments arguments, bool isSeconds, bool isAbsolute, string command)
    {
        var error = ReadConditions(arguments, out var conditions);
        if (!RespNumber.TryParse(arguments[2], out var time))
            error ??= ReplyTable.NotAnInteger;
        else if (isSeconds && time is > long.MaxValue / 1000 or < long.MinValue / 1000)
            error ??= $"ERR invalid expire time in '{command}' command";
        if (error is not null)
        {
            run.Refuse(error);
            return;
        }

        var milliseconds = isSeconds ? time * 1000 : time;
        run.Commands.Expire(arguments[1], isAbsolute ? Expiry.At(milliseconds) : Expiry.After(milliseconds), conditions);
        run.Answer();
    }

    private static string? ReadConditions(RequestArguments arguments, out ExpireConditions conditions)
    {
        conditions = ExpireConditions.None;
        for (var i = 3; i < arguments.Count; i++)
        {
            var word = arguments[i];
            if (Words.Is(word, "NX"u8))
                conditions |= ExpireConditions.IfNone;
            else if (Words.Is(word, "XX"u8))
                conditions |= ExpireConditions.IfSome;
            else if (Words.Is(word, "GT"u8))
                conditions |= ExpireConditions.IfLater;
            else if (Words.Is(word, "LT"u8))
                conditions |= ExpireConditions.IfEarlier;
            else
                return $"ERR Unsupported option {Words.Text(word)}";
        }

        if (conditions.HasFlag(ExpireConditions.IfNone) && conditions != ExpireConditions.IfNone)
            return "ERR NX and XX, GT or LT options at the same time are not compatible";
        return conditions.HasFlag(ExpireConditions.IfLater | ExpireConditions.IfEarlier)
            ? "ERR GT and LT options at the same time are not compatible"
            : null;
    }

    private static void Persist(WriteRun run, RequestArguments arguments)
    {
        run.Commands.Persist(arguments[1]);
        run.Answer();
    }

    private static void Rename(WriteRun run, RequestArguments arguments)
    {
        run.Commands.Rename(arguments[1], arguments[2]);
        run.Answer();
    }

    private static void RenameIfAbsent(WriteRun run, RequestArguments arguments)
    {
        run.Commands.Rename(arguments[1], arguments[2], SetCondition.IfAbsent);
        run.Answer();
    }

    private static void Copy(WriteRun run, RequestArguments arguments)
    {
        var condition = SetCondition.IfAbsent;
        for (var i = 3; i < arguments.Count; i++)
        {
            if (Words.Is(arguments[i], "REPLACE"u8))
            {
                condition = SetCondition.Always;
            }
            else if (!Words.Is(arguments[i], "DB"u8) || ++i == arguments.Count)
            {
                run.Refuse(ReplyTable.SyntaxError);
                return;
            }
            else if (!arguments[i].SequenceEqual("0"u8))
            {
                run.Refuse("ERR DB index is out of range");
                return;
            }
        }

        if (arguments[1].SequenceEqual(arguments[2]))
        {
            run.Refuse("ERR source and destination objects are the same");
            return;
        }

        run.Commands.Copy(arguments[1], arguments[2], condition);
        run.Answer();
    }

    private static void FlushAll(WriteRun run, RequestArguments arguments)
    {
        if (arguments.Count > 2 || (arguments.Count == 2 && !Words.Is(arguments[1], "ASYNC"u8) && !Words.Is(arguments[1], "SYNC"u8)))
        {
            run.Refuse(ReplyTable.SyntaxError);
            return;
        }

        run.Commands.FlushAll();
        run.Answer();
    }
}
