using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>CLIENT and its subcommands.</summary>
internal static class ClientCommand
{
    public static void Run(ClientSession session, RequestArguments arguments)
    {
        var error = Dispatch(session, arguments);
        if (error is not null)
            session.Replies.Error(error);
    }

    /// <summary>True for what looks at every client, of which there may be thousands.</summary>
    public static bool AsksAboutAll(RequestArguments arguments) => Words.Is(arguments[1], "LIST"u8) || Words.Is(arguments[1], "KILL"u8);

    /// <summary>Names a client; null, or why the name is not allowed.</summary>
    public static string? SetName(ClientSession session, ReadOnlySpan<byte> name)
    {
        if (name.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            return "ERR Client names cannot contain spaces, newlines or special characters.";

        session.Client.Name = Words.Text(name);
        return null;
    }

    private static string? Dispatch(ClientSession session, RequestArguments arguments)
    {
        var about = arguments[1];
        var count = arguments.Count;
        if (Words.Is(about, "ID"u8) && count == 2)
        {
            session.Replies.Integer(session.Client.Id);
        }
        else if (Words.Is(about, "GETNAME"u8) && count == 2)
        {
            GetName(session);
        }
        else if (Words.Is(about, "SETNAME"u8) && count == 3)
        {
            return Confirm(session, SetName(session, arguments[2]));
        }
        else if (Words.Is(about, "SETINFO"u8) && count == 4)
        {
            return Confirm(session, SetInfo(session.Client, arguments[2], arguments[3]));
        }
        else if (Words.Is(about, "INFO"u8) && count == 2)
        {
            session.Replies.Verbatim(session.Client.Describe() + "\n");
        }
        else if (Words.Is(about, "LIST"u8))
        {
            return List(session, arguments);
        }
        else if (Words.Is(about, "KILL"u8) && count > 2)
        {
            return Kill(session, arguments);
        }
        else if (Words.Is(about, "NO-EVICT"u8) && count == 3)
        {
            return Confirm(session, ReadSwitch(arguments[2], on => session.Client.NoEvict = on));
        }
        else if (Words.Is(about, "NO-TOUCH"u8) && count == 3)
        {
            return Confirm(session, ReadSwitch(arguments[2], on => session.Client.NoTouch = on));
        }
        else if (Words.Is(about, "REPLY"u8) && count == 3)
        {
            return Reply(session, arguments[2]);
        }
        else if (Words.Is(about, "HELP"u8))
        {
            ServerCommands.Lines(
                session.Replies,
                "CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
                "ID, GETNAME, SETNAME <name>, SETINFO LIB-NAME|LIB-VER <value>, INFO, LIST [ID <id> ...],",
                "KILL <ip:port> | KILL ID <id>|ADDR <ip:port>|LADDR <ip:port>|SKIPME yes|no ..., NO-EVICT on|off,",
                "NO-TOUCH on|off, REPLY on|off|skip");
        }
        else
        {
            return ServerCommands.UnknownSubcommand(
                arguments, "CLIENT",
                "ID", "GETNAME", "SETNAME", "SETINFO", "INFO", "KILL", "NO-EVICT", "NO-TOUCH", "REPLY");
        }

        return null;
    }

    private static string? Confirm(ClientSession session, string? error)
    {
        if (error is null)
            session.Replies.Ok();
        return error;
    }

    private static void GetName(ClientSession session)
    {
        if (session.Client.Name.Length == 0)
            session.Replies.Null();
        else
            session.Replies.Bulk(session.Client.Name);
    }

    private static string? SetInfo(ClientInfo client, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        if (value.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            return $"ERR {Words.Text(attribute)} cannot contain spaces, newlines or special characters.";
        if (Words.Is(attribute, "LIB-NAME"u8))
            client.LibraryName = Words.Text(value);
        else if (Words.Is(attribute, "LIB-VER"u8))
            client.LibraryVersion = Words.Text(value);
        else
            return $"ERR Unrecognized option '{Words.Text(attribute)}'";
        return null;
    }

    private static string? ReadSwitch(ReadOnlySpan<byte> argument, Action<bool> set)
    {
        var on = Words.Is(argument, "ON"u8);
        if (!on && !Words.Is(argument, "OFF"u8))
            return ReplyTable.SyntaxError;
        set(on);
        return null;
    }

    private static string? Reply(ClientSession session, ReadOnlySpan<byte> mode)
    {
        var client = session.Client;
        if (Words.Is(mode, "ON"u8))
        {
            client.Speak();
            session.Replies.Ok();
        }
        else if (Words.Is(mode, "OFF"u8))
        {
            client.IsSilent = true;
        }
        else if (Words.Is(mode, "SKIP"u8))
        {
            client.SkipsNext = !client.IsSilent;
        }
        else
        {
            return ReplyTable.SyntaxError;
        }

        return null;
    }

    private static string? List(ClientSession session, RequestArguments arguments)
    {
        var wanted = new HashSet<long>();
        if (arguments.Count > 2 && !Words.Is(arguments[2], "TYPE"u8))
        {
            if (!Words.Is(arguments[2], "ID"u8) || arguments.Count == 3)
                return ReplyTable.SyntaxError;
            for (var i = 3; i < arguments.Count; i++)
            {
                if (!RespNumber.TryParse(arguments[i], out var id))
                    return "ERR Invalid client ID";
                wanted.Add(id);
            }
        }

        var text = new StringBuilder();
        foreach (var other in session.Gateway.Sessions.Values.OrderBy(other => other.Client.Id))
        {
            if (wanted.Count == 0 || wanted.Contains(other.Client.Id))
                text.Append(other.Client.Describe()).Append('\n');
        }

        session.Replies.Verbatim(text.ToString());
        return null;
    }

    private static string? Kill(ClientSession session, RequestArguments arguments)
    {
        if (arguments.Count == 3)
        {
            var address = Words.Text(arguments[2]);
            return KillWhere(session, other => other.Client.Address == address) > 0
                ? Confirm(session, null)
                : "ERR No such client";
        }

        long? id = null;
        string? remote = null;
        string? local = null;
        var sparesSelf = true;
        for (var i = 2; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
                return ReplyTable.SyntaxError;
            if (Words.Is(arguments[i], "ID"u8))
            {
                if (!RespNumber.TryParse(arguments[i + 1], out var number) || number <= 0)
                    return "ERR client-id should be greater than 0";
                id = number;
            }
            else if (Words.Is(arguments[i], "ADDR"u8))
            {
                remote = Words.Text(arguments[i + 1]);
            }
            else if (Words.Is(arguments[i], "LADDR"u8))
            {
                local = Words.Text(arguments[i + 1]);
            }
            else if (Words.Is(arguments[i], "SKIPME"u8))
            {
                sparesSelf = !Words.Is(arguments[i + 1], "NO"u8);
            }
            else
            {
                return ReplyTable.SyntaxError;
            }
        }

        session.Replies.Integer(KillWhere(session, other =>
            (id is null || other.Client.Id == id)
            && (remote is null || other.Client.Address == remote)
            && (local is null || other.Client.LocalAddress == local)
            && !(sparesSelf && other == session)));
        return null;
    }

    private static int KillWhere(ClientSession session, Func<ClientSession, bool> isMeant)
    {
        var killed = 0;
        foreach (var other in session.Gateway.Sessions.Values.Where(isMeant))
        {
            killed++;
            if (other == session)
                session.Close(); // After its own reply.
            else
                other.Abort();
        }

        return killed;
    }
}
