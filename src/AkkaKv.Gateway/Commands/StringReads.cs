using AkkaKv.Core.State;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>Commands that read values.</summary>
internal static class StringReads
{
    /// <summary>
    /// A key that StackExchange.Redis asks every server for, to agree on one of several primaries. It always answers the
    /// leader's endpoint, so that those applications connect where writes are shortest.
    /// </summary>
    private static ReadOnlySpan<byte> TieBreakKey => "__Booksleeve_TieBreak"u8;

    private const CommandFlags Fast = CommandFlags.ReadOnly | CommandFlags.Fast;

    public static readonly Command[] Rows =
    [
        new("get", 2)
        {
            Flags = Fast, FirstKey = 1, LastKey = 1, KeyStep = 1, ReadsKey = Get,
            Group = "string", Syntax = "key", Summary = "Returns the value of a key.",
        },
        new("mget", -2)
        {
            Flags = Fast, FirstKey = 1, LastKey = -1, KeyStep = 1, ReadsKey = MultiGetOne, ReadsStore = MultiGet,
            Group = "string", Syntax = "key [key ...]", Summary = "Returns the values of several keys as of one moment.",
        },
        new("strlen", 2)
        {
            Flags = Fast, FirstKey = 1, LastKey = 1, KeyStep = 1, ReadsKey = Length,
            Group = "string", Syntax = "key", Summary = "Returns the length of a value in bytes.",
        },
        new("getrange", 4)
        {
            Flags = CommandFlags.ReadOnly, FirstKey = 1, LastKey = 1, KeyStep = 1, ReadsKey = Range,
            Group = "string", Syntax = "key start end", Summary = "Returns a part of a value; negative places count from the end.",
        },
        new("substr", 4)
        {
            Flags = CommandFlags.ReadOnly, FirstKey = 1, LastKey = 1, KeyStep = 1, ReadsKey = Range,
            Group = "string", Syntax = "key start end", Summary = "The old name of GETRANGE.",
        },
    ];

    private static void Get(ClientSession session, RequestArguments arguments, Item? item)
    {
        if (arguments[1].SequenceEqual(TieBreakKey) && session.Gateway.LeaderEndpoint is { } leader)
            session.Replies.Bulk(leader);
        else
            Value(session.Replies, item);
    }

    private static void MultiGetOne(ClientSession session, RequestArguments arguments, Item? item)
    {
        session.Replies.Array(1);
        Value(session.Replies, item);
    }

    private static void MultiGet(ClientSession session, RequestArguments arguments, KeyValueState state)
    {
        session.Replies.Array(arguments.Count - 1);
        for (var i = 1; i < arguments.Count && !session.IsReplyTooLarge; i++)
            Value(session.Replies, state.Find(arguments[i]));
    }

    private static void Length(ClientSession session, RequestArguments arguments, Item? item) =>
        session.Replies.Integer(item?.Value.Length ?? 0);

    private static void Range(ClientSession session, RequestArguments arguments, Item? item)
    {
        if (!RespNumber.TryParse(arguments[2], out var start) || !RespNumber.TryParse(arguments[3], out var end))
        {
            session.Replies.Error(ReplyTable.NotAnInteger);
            return;
        }

        var value = item is null ? default : item.Value;
        var length = value.Length;
        start = Math.Max(0, start < 0 ? start + length : start);
        end = Math.Min(length - 1, end < 0 ? end + length : end);
        session.Replies.Bulk(start > end ? default : value.Slice((int)start, (int)(end - start + 1)));
    }

    private static void Value(ReplyWriter replies, Item? item)
    {
        if (item is null)
            replies.Null();
        else
            replies.Bulk(item.Value);
    }
}
