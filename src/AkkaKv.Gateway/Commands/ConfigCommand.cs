using System.Globalization;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>
/// CONFIG: the parameters of Redis that clients and tools read, with the values that are true here. Two can be changed while
/// the server runs; everything else is set in the configuration file.
/// </summary>
internal static class ConfigCommand
{
    public static void Run(ClientSession session, RequestArguments arguments)
    {
        var about = arguments[1];
        if (Words.Is(about, "GET"u8) && arguments.Count > 2)
        {
            Get(session, arguments);
        }
        else if (Words.Is(about, "SET"u8) && arguments.Count > 3 && arguments.Count % 2 == 0)
        {
            Set(session, arguments);
        }
        else if (Words.Is(about, "RESETSTAT"u8) && arguments.Count == 2)
        {
            session.Gateway.ResetFigures();
            session.Replies.Ok();
        }
        else if (Words.Is(about, "HELP"u8))
        {
            ServerCommands.Lines(session.Replies, "CONFIG GET <pattern> ... | SET maxclients|timeout <value> ... | RESETSTAT");
        }
        else
        {
            session.Replies.Error(ServerCommands.UnknownSubcommand(arguments, "CONFIG", "GET", "SET", "RESETSTAT"));
        }
    }

    private static void Get(ClientSession session, RequestArguments arguments)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Parameters(session.Gateway))
        {
            for (var i = 2; i < arguments.Count; i++)
            {
                var pattern = System.Text.Encoding.UTF8.GetBytes(Words.Text(arguments[i]).ToLowerInvariant());
                if (Glob.IsMatch(pattern, System.Text.Encoding.UTF8.GetBytes(name)))
                    found[name] = value;
            }
        }

        session.Replies.Map(found.Count);
        foreach (var (name, value) in found)
        {
            session.Replies.Bulk(name);
            session.Replies.Bulk(value);
        }
    }

    private static void Set(ClientSession session, RequestArguments arguments)
    {
        var current = Parameters(session.Gateway).ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        for (var i = 2; i < arguments.Count; i += 2)
        {
            var name = Words.Text(arguments[i]).ToLowerInvariant();
            if (!current.TryGetValue(name, out var value))
            {
                session.Replies.Error($"ERR Unknown option or number of arguments for CONFIG SET - '{name}'");
                return;
            }

            var isNumber = RespNumber.TryParse(arguments[i + 1], out var number);
            if (name == "maxclients" && isNumber && number is > 0 and <= int.MaxValue)
            {
                session.Gateway.MaxClients = (int)number;
            }
            else if (name == "timeout" && isNumber && number is >= 0 and <= int.MaxValue)
            {
                session.Gateway.IdleTimeoutMilliseconds = number * 1000;
            }
            else if (Words.Text(arguments[i + 1]) != value)
            {
                session.Replies.Error($"ERR CONFIG SET failed (possibly related to argument '{name}') - can't set immutable config; "
                    + "change the server's configuration file");
                return;
            }
        }

        session.Replies.Ok();
    }

    private static IEnumerable<(string Name, string Value)> Parameters(GatewayContext gateway)
    {
        var settings = gateway.Settings;
        yield return ("appendfsync", "always");
        yield return ("appendonly", "yes");
        yield return ("bind", settings.Endpoint.Address.ToString());
        yield return ("cluster-enabled", "no");
        yield return ("databases", "1");
        yield return ("lfu-decay-time", "0");
        yield return ("maxclients", gateway.MaxClients.ToString(CultureInfo.InvariantCulture));
        yield return ("maxmemory", "0");
        yield return ("maxmemory-policy", "noeviction");
        yield return ("notify-keyspace-events", "");
        yield return ("port", gateway.Port.ToString(CultureInfo.InvariantCulture));
        yield return ("proto-max-bulk-len", settings.RespLimits.BulkBytesMax.ToString(CultureInfo.InvariantCulture));
        yield return ("replica-read-only", "no");
        yield return ("save", "");
        yield return ("slave-read-only", "no");
        yield return ("tcp-keepalive", "300");
        yield return ("timeout", (gateway.IdleTimeoutMilliseconds / 1000).ToString(CultureInfo.InvariantCulture));
    }
}
