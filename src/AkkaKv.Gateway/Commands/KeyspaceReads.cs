using System.Globalization;
using AkkaKv.Core.State;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>Commands that look at the whole map.</summary>
internal static class KeyspaceReads
{
    /// <summary>Keys that one SCAN walks over at most, whatever COUNT says: it must not keep others waiting.</summary>
    private const int ScanCountMax = 10_000;

    public static readonly Command[] Rows =
    [
        new("dbsize", 1)
        {
            Flags = CommandFlags.ReadOnly | CommandFlags.Fast,
            ReadsStore = static (session, _, state) => session.Replies.Integer(state.Count),
            Group = "server", Summary = "Counts the keys.",
        },
        new("keys", 2)
        {
            Flags = CommandFlags.ReadOnly, ReadsCapture = Keys, Group = "generic", Syntax = "pattern",
            Summary = "Returns all keys that match a pattern, as of one moment.",
        },
        new("scan", -2)
        {
            Flags = CommandFlags.ReadOnly, ReadsStore = Scan, IsLong = static _ => true, Group = "generic",
            Syntax = "cursor [MATCH pattern] [COUNT count] [TYPE type]", Summary = "Walks over the keys in pieces.",
        },
        new("randomkey", 1)
        {
            Flags = CommandFlags.ReadOnly, ReadsStore = RandomKey, Group = "generic", Summary = "Returns some key.",
        },
    ];

    /// <summary>Runs on the thread pool: the capture stands still while the replica goes on.</summary>
    private static void Keys(ClientSession session, RequestArguments arguments, Capture capture)
    {
        var pattern = arguments[1];
        if (pattern.Length > Glob.PatternBytesMax)
        {
            session.Replies.Error(PatternTooLong);
            return;
        }

        var found = new List<Item>();
        var bytes = 0L;
        while (bytes <= session.Gateway.Settings.ReplyBytesMax && capture.TryNext(out var items))
        {
            foreach (var item in items.Span)
            {
                if (!Glob.IsMatch(pattern, item.Key))
                    continue;
                found.Add(item);
                bytes += item.Key.Length;
            }
        }

        if (bytes > session.Gateway.Settings.ReplyBytesMax)
        {
            session.Replies.Error(ReplyTable.ReplyTooLarge);
            return;
        }

        session.Replies.Array(found.Count);
        foreach (var item in found)
            session.Replies.Bulk(item.Key);
    }

    private static void Scan(ClientSession session, RequestArguments arguments, KeyValueState state)
    {
        var replies = session.Replies;
        var count = 10L;
        var pattern = "*"u8;
        var isEveryType = true;
        if (!RespNumber.TryParse(arguments[1], out var cursor) || cursor < 0)
        {
            replies.Error("ERR invalid cursor");
            return;
        }

        for (var i = 2; i < arguments.Count; i += 2)
        {
            string? error = null;
            if (i + 1 == arguments.Count)
            {
                error = ReplyTable.SyntaxError;
            }
            else if (Words.Is(arguments[i], "COUNT"u8))
            {
                error = !RespNumber.TryParse(arguments[i + 1], out count) ? ReplyTable.NotAnInteger
                    : count < 1 ? ReplyTable.SyntaxError
                    : null;
            }
            else if (Words.Is(arguments[i], "MATCH"u8))
            {
                pattern = arguments[i + 1];
                error = pattern.Length > Glob.PatternBytesMax ? PatternTooLong : null;
            }
            else if (Words.Is(arguments[i], "TYPE"u8))
            {
                isEveryType = Words.Is(arguments[i + 1], "STRING"u8);
            }
            else
            {
                error = ReplyTable.SyntaxError;
            }

            if (error is not null)
            {
                replies.Error(error);
                return;
            }
        }

        var items = new List<Item>();
        var next = state.Scan(cursor, (int)Math.Min(count, ScanCountMax), items);
        var matching = 0;
        foreach (var item in items)
            matching += isEveryType && Glob.IsMatch(pattern, item.Key) ? 1 : 0;

        replies.Array(2);
        replies.Bulk(next.ToString(CultureInfo.InvariantCulture));
        replies.Array(matching);
        foreach (var item in items)
        {
            if (isEveryType && Glob.IsMatch(pattern, item.Key))
                replies.Bulk(item.Key);
        }
    }

    private static void RandomKey(ClientSession session, RequestArguments arguments, KeyValueState state)
    {
        var items = new List<Item>();
        state.Scan(Random.Shared.Next(KeyValueState.ScanCursors), 1, items);
        if (items.Count == 0)
            state.Scan(0, 1, items); // Only empty shards from there to the end.

        if (items.Count == 0)
            session.Replies.Null();
        else
            session.Replies.Bulk(items[Random.Shared.Next(items.Count)].Key);
    }

    private static string PatternTooLong =>
        string.Create(CultureInfo.InvariantCulture, $"ERR pattern is longer than the {Glob.PatternBytesMax} bytes allowed");
}
