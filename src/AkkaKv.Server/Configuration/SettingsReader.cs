using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Server.Configuration;

/// <summary>
/// Reads a user's file over the defaults beside the program, and says precisely what is wrong with it: the key at fault, and
/// the line where the text itself cannot be read.
/// </summary>
public static class SettingsReader
{
    private const string Section = "akkakv";

    // What an entry and a segment need beside the largest value: a key, frames, and the reserve for a full disk.
    private const int SegmentOverhead = 4 * 1024 * 1024;

    // Whole pages, because the log is written in blocks of the disk.
    private const int SegmentUnit = 4096;

    private static readonly int[] ServerCounts = [1, 3, 5, 7];
    private static readonly string[] ServerKeys = ["id", "host", "cluster-port", "client-port", "http-port"];

    /// <summary>The folder with the files that ship with the program.</summary>
    public static string DefaultsDirectory => Path.Combine(AppContext.BaseDirectory, "hocon");

    /// <summary>Reads the configuration in a file.</summary>
    /// <param name="file">A file that holds at least <c>akkakv.servers</c>; null for the three local servers.</param>
    /// <exception cref="ConfigurationProblemException">It cannot be used.</exception>
    public static AkkaKvSettings Read(string? file)
    {
        var path = file ?? Path.Combine(DefaultsDirectory, "cluster.conf");
        return Parse(ReadFile(path), path);
    }

    /// <summary>Reads a configuration.</summary>
    /// <param name="text">HOCON.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <exception cref="ConfigurationProblemException">It cannot be used.</exception>
    public static AkkaKvSettings Parse(string text, string name)
    {
        var defaults = ParseHocon(ReadFile(Path.Combine(DefaultsDirectory, "akkakv.conf")), "akkakv.conf");
        var user = ParseHocon(text, name);
        try
        {
            RefuseUnknownKeys(user, defaults);
            return Build(user.WithFallback(defaults).GetConfig(Section), user);
        }
        catch (ConfigurationProblemException problem)
        {
            throw new ConfigurationProblemException($"{name}: {problem.Message}", problem);
        }
    }

    private static AkkaKvSettings Build(Config section, Config user)
    {
        var settings = new AkkaKvSettings
        {
            Servers = ReadServers(section),
            DataDirectory = Text(section, "data-directory"),
            Lease = Duration(section, "lease", TimeSpan.FromMilliseconds(60), TimeSpan.FromMinutes(1)),
            HeartbeatInterval = Duration(section, "heartbeat-interval", TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10)),
            Reads = ReadReads(section),
            CountReceived = Value(section, "count-received", Section, value => value.GetBoolean()),
            RequestTimeout = Duration(section, "request-timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            DownAfter = Duration(section, "down-after", TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(1)),
            MaxClients = (int)Number(section, "max-clients", 1, 1_000_000),
            ClientThreads = (int)Number(section, "client-threads", 0, 64),
            ClientIdleTimeout = Duration(section, "client-idle-timeout", TimeSpan.Zero, TimeSpan.FromDays(7)),
            ClientRequestDeadline = Duration(section, "client-request-deadline", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            MaxKeySize = (int)Size(section, "max-key-size", 16, Limits.KeyBytesMax),
            MaxValueSize = (int)Size(section, "max-value-size", 1024, Limits.ValueBytesMax),
            SnapshotAfter = Size(section, "snapshot-after", 64 * 1024, 1L << 40),
            LogSegmentSize = (int)Size(section, "log-segment-size", 1024 * 1024, 1 << 30),
            Engine = user.GetConfig("akka") is { } akka ? akka.Root.AtKey("akka") : Config.Empty,
        };
        if (settings.Lease < settings.HeartbeatInterval * 6)
        {
            throw ConfigurationProblemException.ForKey(
                $"{Section}.lease", $"{settings.Lease.TotalMilliseconds} ms is less than six times heartbeat-interval");
        }

        if (settings.LogSegmentSize % SegmentUnit != 0)
            throw ConfigurationProblemException.ForKey($"{Section}.log-segment-size", $"this must be a multiple of {SegmentUnit} bytes");

        if (settings.LogSegmentSize < settings.MaxValueSize + SegmentOverhead)
        {
            throw ConfigurationProblemException.ForKey(
                $"{Section}.log-segment-size",
                $"{settings.LogSegmentSize} bytes are too few for a value of max-value-size; at least "
                + $"{settings.MaxValueSize + SegmentOverhead} are needed");
        }

        return settings;
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationProblemException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static Config ParseHocon(string text, string name)
    {
        try
        {
            return ConfigurationFactory.ParseString(text);
        }
        catch (Exception e) when (e is FormatException or ConfigurationException)
        {
            throw new ConfigurationProblemException($"{name}: {e.Message}", e);
        }
    }

    private static void RefuseUnknownKeys(Config user, Config defaults)
    {
        foreach (var (key, _) in user.AsEnumerable())
        {
            if (key is not (Section or "akka"))
                throw ConfigurationProblemException.ForKey(key, "there is no such section; akkakv and akka are known");
        }

        var section = user.GetValue(Section);
        if (section is null)
            return;
        if (!section.IsObject())
            throw ConfigurationProblemException.ForKey(Section, "this must be a section in braces");

        var known = defaults.GetValue(Section).GetObject().Items;
        foreach (var key in section.GetObject().Items.Keys)
        {
            if (!known.ContainsKey(key))
                throw ConfigurationProblemException.ForKey($"{Section}.{key}", "there is no such setting");
        }
    }

    private static ImmutableArray<ServerEndpoint> ReadServers(Config section)
    {
        const string key = $"{Section}.servers";
        var value = section.GetValue("servers");
        if (value is null || !value.IsArray())
            throw ConfigurationProblemException.ForKey(key, "this must be a list of servers");

        var servers = value.GetArray().Select((item, i) => ReadServer(item, $"{key}[{i}]")).OrderBy(server => server.Id).ToList();
        if (!ServerCounts.Contains(servers.Count))
            throw ConfigurationProblemException.ForKey(key, $"there must be 1, 3, 5 or 7 servers, not {servers.Count}");

        for (var i = 1; i < servers.Count; i++)
        {
            if (servers[i].Id == servers[i - 1].Id)
                throw ConfigurationProblemException.ForKey(key, $"two servers have the id {servers[i].Id}");
        }

        RefuseSharedPorts(servers, key);
        return [.. servers.Select((server, slot) => server with { Slot = new ReplicaId((byte)slot) })];
    }

    private static ServerEndpoint ReadServer(HoconValue item, string key)
    {
        if (!item.IsObject())
            throw ConfigurationProblemException.ForKey(key, "this must be { id, host, cluster-port, client-port, http-port }");

        foreach (var name in item.GetObject().Items.Keys)
        {
            if (!ServerKeys.Contains(name))
                throw ConfigurationProblemException.ForKey($"{key}.{name}", "a server has no such setting");
        }

        var server = item.ToConfig();
        var host = Text(server, "host", key);
        return new ServerEndpoint(
            (byte)Number(server, "id", 1, 255, key), default, host,
            (int)Number(server, "cluster-port", 1, 65535, key),
            (int)Number(server, "client-port", 1, 65535, key),
            (int)Number(server, "http-port", 1, 65535, key));
    }

    private static void RefuseSharedPorts(List<ServerEndpoint> servers, string key)
    {
        var taken = new HashSet<(string, int)>();
        foreach (var server in servers)
        {
            foreach (var port in new[] { server.ClusterPort, server.ClientPort, server.HttpPort })
            {
                if (!taken.Add((server.Host, port)))
                    throw ConfigurationProblemException.ForKey(key, $"{server.Host}:{port} is used twice");
            }
        }
    }

    private static ReadMode ReadReads(Config section) => Text(section, "reads") switch
    {
        "lease" => ReadMode.Lease,
        "read-index" => ReadMode.ReadIndex,
        var other => throw ConfigurationProblemException.ForKey($"{Section}.reads", $"'{other}' is neither lease nor read-index"),
    };

    private static string Text(Config config, string key, string parent = Section) =>
        Value(config, key, parent, value => value.GetString()) is { Length: > 0 } text
            ? text
            : throw ConfigurationProblemException.ForKey($"{parent}.{key}", "this must not be empty");

    private static long Number(Config config, string key, long min, long max, string parent = Section) =>
        InRange(Value(config, key, parent, value => value.GetLong()), min, max, $"{parent}.{key}");

    private static long Size(Config config, string key, long min, long max) =>
        InRange(Value(config, key, Section, value => value.GetByteSize() ?? 0), min, max, $"{Section}.{key}");

    private static TimeSpan Duration(Config config, string key, TimeSpan min, TimeSpan max)
    {
        var duration = Value(config, key, Section, value => value.GetTimeSpan(allowInfinite: false));
        return duration >= min && duration <= max
            ? duration
            : throw ConfigurationProblemException.ForKey(
                $"{Section}.{key}",
                $"{duration.TotalMilliseconds} ms is not between {min.TotalMilliseconds} and {max.TotalMilliseconds} ms");
    }

    private static long InRange(long value, long min, long max, string key) =>
        value >= min && value <= max
            ? value
            : throw ConfigurationProblemException.ForKey(key, $"{value} is not between {min} and {max}");

    private static T Value<T>(Config config, string key, string parent, Func<HoconValue, T> read)
    {
        var value = config.GetValue(key) ?? throw ConfigurationProblemException.ForKey($"{parent}.{key}", "this is missing");
        try
        {
            return read(value);
        }
        catch (Exception e) when (e is FormatException or ConfigurationException or OverflowException or ArgumentException)
        {
            throw new ConfigurationProblemException($"{parent}.{key}: {e.Message}", e);
        }
    }
}
