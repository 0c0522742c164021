using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>
/// Publish and subscribe are not offered: a message would reach the clients of one server only, and programs would find out
/// late. The one exception is the channel that StackExchange.Redis subscribes to on every connection to learn that another
/// server is the primary now: this server publishes there itself when it sees another leader, so these programs look at once
/// and not a minute later.
/// </summary>
internal static class PubSubCommands
{
    private const string NotSupported = "ERR publish and subscribe are not supported";
    private const CommandFlags Flags = CommandFlags.PubSub | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    private const string ConfigurationChannel = "__Booksleeve_MasterChanged";

    public static readonly Command[] Rows =
    [
        Row("subscribe", -2, Subscribe, "channel [channel ...]", "Accepts the configuration channel of StackExchange.Redis only."),
        Row("unsubscribe", -1, Unsubscribe, "[channel ...]", "Ends subscriptions."),
        Row("psubscribe", -2, Refuse, "pattern [pattern ...]", "Not supported."),
        Row("punsubscribe", -1, UnsubscribePatterns, "[pattern ...]", "Ends subscriptions to patterns; there are none."),
        Row("publish", 3, Publish, "channel message",
            "Not supported. On the channel that SUBSCRIBE accepts only the server itself publishes: reaches nobody."),
        Row("pubsub", -2, Refuse, "subcommand [argument ...]", "Not supported."),
    ];

    /// <summary>
    /// The message that the leader changed, for those who subscribed; nothing for others. It names no server: those it reaches
    /// then ask all of them.
    /// </summary>
    public static void WriteLeaderChanged(ClientInfo client, ReplyWriter replies)
    {
        const string anyServer = "*";
        if (!client.Channels.Contains(ConfigurationChannel))
            return;

        replies.Push(3);
        replies.Bulk("message");
        replies.Bulk(ConfigurationChannel);
        replies.Bulk(anyServer);
    }

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
            if (Words.Text(arguments[i]) != ConfigurationChannel)
            {
                session.Replies.Error(NotSupported);
                continue;
            }

            session.Client.Channels.Add(ConfigurationChannel);
            session.ExpectMessages();
            Confirm(session, "subscribe", arguments[i]);
        }
    }

    private static void Unsubscribe(ClientSession session, RequestArguments arguments)
    {
        if (arguments.Count == 1 && session.Client.Channels.Remove(ConfigurationChannel))
            Confirm(session, "unsubscribe", Encoding.ASCII.GetBytes(ConfigurationChannel));
        else if (arguments.Count == 1)
            ConfirmNone(session, "unsubscribe");

        for (var i = 1; i < arguments.Count; i++)
        {
            session.Client.Channels.Remove(Words.Text(arguments[i]));
            Confirm(session, "unsubscribe", arguments[i]);
        }
    }

    private static void UnsubscribePatterns(ClientSession session, RequestArguments arguments)
    {
        if (arguments.Count == 1)
            ConfirmNone(session, "punsubscribe");
        for (var i = 1; i < arguments.Count; i++)
            Confirm(session, "punsubscribe", arguments[i]);
    }

    private static void Publish(ClientSession session, RequestArguments arguments)
    {
        if (Words.Text(arguments[1]) == ConfigurationChannel)
            session.Replies.Integer(0);
        else
            session.Replies.Error(NotSupported);
    }

    private static void Refuse(ClientSession session, RequestArguments arguments) => session.Replies.Error(NotSupported);

    private static void ConfirmNone(ClientSession session, string command)
    {
        session.Replies.Push(3);
        session.Replies.Bulk(command);
        session.Replies.Null();
        session.Replies.Integer(session.Client.Channels.Count);
    }

    private static void Confirm(ClientSession session, string command, ReadOnlySpan<byte> channel)
    {
        session.Replies.Push(3);
        session.Replies.Bulk(command);
        session.Replies.Bulk(channel);
        session.Replies.Integer(session.Client.Channels.Count);
    }
}
