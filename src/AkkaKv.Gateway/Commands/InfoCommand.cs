using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>
/// INFO: the fields of Redis that clients and tools read, and a section of this product's own. Every server calls itself a
/// master, because every server takes writes; clients would refuse to send them to anything else.
/// </summary>
internal static class InfoCommand
{
    /// <summary>
    /// The Redis whose commands can be expected. From 8.4 on, StackExchange.Redis takes and releases locks by SET IFEQ and DELEX
    /// IFEQ, which exist here, instead of by transactions, which do not.
    /// </summary>
    public const string RedisVersion = "8.4.0";

    private static readonly (string Name, Action<GatewayContext, StringBuilder> Write)[] Sections =
    [
        ("server", Server), ("clients", Clients), ("memory", Memory), ("persistence", Persistence), ("stats", Stats),
        ("replication", Replication), ("cpu", Cpu), ("cluster", Cluster), ("keyspace", Keyspace), ("akkakv", AkkaKv),
    ];

    public static void Run(ClientSession session, RequestArguments arguments)
    {
        var text = new StringBuilder();
        foreach (var (name, write) in Sections)
        {
            if (!IsWanted(arguments, name))
                continue;
            if (text.Length > 0)
                text.Append("\r\n");
            text.Append("# ").Append(char.ToUpperInvariant(name[0])).Append(name.AsSpan(1)).Append("\r\n");
            write(session.Gateway, text);
        }

        session.Replies.Verbatim(text.ToString());
    }

    private static bool IsWanted(RequestArguments arguments, string section)
    {
        for (var i = 1; i < arguments.Count; i++)
        {
            var word = Words.Text(arguments[i]).ToLowerInvariant();
            if (word == section || word is "all" or "default" or "everything")
                return true;
        }

        return arguments.Count == 1;
    }

    private static void Server(GatewayContext gateway, StringBuilder text)
    {
        Field(text, "redis_version", RedisVersion);
        Field(text, "akkakv_version", gateway.Settings.ProductVersion);
        Field(text, "redis_mode", "standalone");
        Field(text, "os", RuntimeInformation.OSDescription);
        Field(text, "arch_bits", nint.Size * 8);
        Field(text, "process_id", Environment.ProcessId);
        Field(text, "run_id", gateway.RunId);
        Field(text, "tcp_port", gateway.Port);
        Field(text, "uptime_in_seconds", (long)gateway.Uptime.TotalSeconds);
        Field(text, "uptime_in_days", (long)gateway.Uptime.TotalDays);
    }

    private static void Clients(GatewayContext gateway, StringBuilder text)
    {
        var status = gateway.View.Status;
        Field(text, "connected_clients", gateway.Sessions.Count);
        Field(text, "maxclients", gateway.MaxClients);
        Field(text, "blocked_clients", status.PendingRequests + status.ParkedReads);
    }

    private static void Memory(GatewayContext gateway, StringBuilder text)
    {
        var used = GC.GetTotalMemory(forceFullCollection: false);
        Field(text, "used_memory", used);
        Field(text, "used_memory_human", string.Create(CultureInfo.InvariantCulture, $"{used / 1048576.0:0.00}M"));
        Field(text, "used_memory_rss", Environment.WorkingSet);
        Field(text, "maxmemory", 0);
        Field(text, "maxmemory_policy", "noeviction");
    }

    private static void Persistence(GatewayContext gateway, StringBuilder text)
    {
        Field(text, "loading", gateway.View.Status.Ready ? 0 : 1);
        Field(text, "rdb_bgsave_in_progress", 0);
        Field(text, "rdb_last_bgsave_status", "ok");
        Field(text, "aof_enabled", 1);
        Field(text, "aof_rewrite_in_progress", 0);
        Field(text, "aof_last_write_status", "ok");
    }

    private static void Stats(GatewayContext gateway, StringBuilder text)
    {
        Field(text, "total_connections_received", gateway.ConnectionsReceived);
        Field(text, "total_commands_processed", gateway.CommandsProcessed);
        Field(text, "rejected_connections", gateway.ConnectionsRejected);
        Field(text, "evicted_keys", 0);
        Field(text, "pubsub_channels", gateway.Sessions.Values.Any(session => session.Client.Channels.Count > 0) ? 1 : 0);
    }

    private static void Replication(GatewayContext gateway, StringBuilder text)
    {
        Field(text, "role", "master");
        Field(text, "connected_slaves", 0);
        Field(text, "master_repl_offset", gateway.View.Status.Commit.Value);
    }

    private static void Cpu(GatewayContext gateway, StringBuilder text)
    {
        var usage = Environment.CpuUsage;
        Field(text, "used_cpu_sys", usage.PrivilegedTime.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture));
        Field(text, "used_cpu_user", usage.UserTime.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture));
    }

    private static void Cluster(GatewayContext gateway, StringBuilder text) => Field(text, "cluster_enabled", 0);

    private static void Keyspace(GatewayContext gateway, StringBuilder text)
    {
        var state = gateway.View.State;
        if (state.Count > 0)
            Field(text, "db0", string.Create(CultureInfo.InvariantCulture, $"keys={state.Count},expires={state.ExpiringCount},avg_ttl=0"));
    }

    private static void AkkaKv(GatewayContext gateway, StringBuilder text)
    {
        var status = gateway.View.Status;
        Field(text, "server", status.Id.Slot + 1);
        Field(text, "state", status.Role.ToString().ToLowerInvariant());
        Field(text, "store", status.Mode.ToString().ToLowerInvariant());
        Field(text, "ready", status.Ready ? 1 : 0);
        Field(text, "lease", status.LeaseValid ? 1 : 0);
        Field(text, "leader", gateway.LeaderEndpoint ?? "");
        Field(text, "epoch", status.Epoch.ToString());
        Field(text, "commit_index", status.Commit.Value);
        Field(text, "last_log_index", status.Last.Index.Value);
        Field(text, "snapshot_index", status.Snapshot.Value);
        foreach (var peer in status.Peers)
        {
            Field(text, string.Create(CultureInfo.InvariantCulture, $"peer{peer.Id.Slot + 1}"), string.Create(
                CultureInfo.InvariantCulture,
                $"match={peer.Match.Value},reachable={(peer.Reachable ? 1 : 0)},lease={(peer.LeaseGranted ? 1 : 0)}"));
        }
    }

    private static void Field(StringBuilder text, string name, string value) => text.Append(name).Append(':').Append(value).Append("\r\n");

    private static void Field(StringBuilder text, string name, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}:{value}\r\n");
}
