using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>
/// Publish and subscribe are not offered: a message would reach the clients of one server only, and programs would find out
/// late. The one exception is the channel that StackExchange.Redis subscribes to on every RESP2 connection and that nobody
/// has to publish on: refusing it would cost those programs a connection that never settles.
/// </summary>
internal static class PubSubCommands
{
    private const string NotSupported = "ERR publish and subscribe are not supported";
    private const CommandFlags Flags = CommandFlags.PubSub | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    private static ReadOnlySpan<byte> ConfigurationChannel => "__Booksleeve_MasterChanged"u8;

    public static readonly Command[] Rows =
    [
        Row("subscribe", -2, Subscribe, "channel [channel ...]", "Accepts the configuration channel of StackExchange.Redis only."),
        Row("unsubscribe", -1, static (session, arguments) => Unsubscribe(session, arguments, "unsubscribe"), "[channel ...]",
            "Ends subscriptions."),
        Row("psubscribe", -2, Refuse, "pattern [pattern ...]", "Not supported."),
        Row("punsubscribe", -1, static (session, arguments) => Unsubscribe(session, arguments, "punsubscribe"), "[pattern ...]",
            "Ends subscriptions."),
        Row("publish", 3, Publish, "channel message", "Not supported, except to the channel that SUBSCRIBE accepts."),
        Row("pubsub", -2, Refuse, "subcommand [argument ...]", "Not supported."),
    ];

    private static Command Row(string name, int arity, LocalHandler handler, string syntax, string summary) => new(name, arity)
    {
        Flags = Flags,
        Local = handler,
        Group = "pubsub",
        Syntax = syntax,
        Summary = summary,
    };

    private static void Subscribe(ClientSession session, RequestArguments arguments)
    {
        for (var i = 1; i < arguments.Count; i++)
        {
            if (!arguments[i].SequenceEqual(ConfigurationChannel))
            {
                session.Replies.Error(NotSupported);
                continue;
            }

            session.Client.Channels.Add(Words.Text(arguments[i]));
            Confirm(session, "subscribe", arguments[i]);
        }
    }

    private static void Unsubscribe(ClientSession session, RequestArguments arguments, string command)
    {
        if (arguments.Count == 1)
        {
            session.Client.Channels.Clear();
            session.Replies.Push(3);
            session.Replies.Bulk(command);
            session.Replies.Null();
            session.Replies.Integer(0);
        }

        for (var i = 1; i < arguments.Count; i++)
        {
            session.Client.Channels.Remove(Words.Text(arguments[i]));
            Confirm(session, command, arguments[i]);
        }
    }

    private static void Publish(ClientSession session, RequestArguments arguments)
    {
        if (arguments[1].SequenceEqual(ConfigurationChannel))
            session.Replies.Integer(0);
        else
            session.Replies.Error(NotSupported);
    }

    private static void Refuse(ClientSession session, RequestArguments arguments) => session.Replies.Error(NotSupported);

    private static void Confirm(ClientSession session, string command, ReadOnlySpan<byte> channel)
    {
        session.Replies.Push(3);
        session.Replies.Bulk(command);
        session.Replies.Bulk(channel);
        session.Replies.Integer(session.Client.Channels.Count);
    }
}
