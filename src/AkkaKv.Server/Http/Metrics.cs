using System.Diagnostics;
using System.Globalization;
using System.Text;
using AkkaKv.Actors;
using AkkaKv.Core;

namespace AkkaKv.Server.Http;

/// <summary>The figures of a server in the text format of Prometheus (exposition format 0.0.4).</summary>
internal static class Metrics
{
    public static string Write(ReplicaView view)
    {
        var status = view.Status;
        var text = new StringBuilder();
        Gauge(text, "akkakv_ready", "1 while linearizable reads and writes are served.", status.Ready ? 1 : 0);
        Gauge(text, "akkakv_leader", "1 while the leader runs on this server.", status.Role == ReplicaRole.Leader ? 1 : 0);
        Gauge(text, "akkakv_lease_valid", "1 while this server answers reads by itself.", status.LeaseValid ? 1 : 0);
        Gauge(text, "akkakv_epoch_round", "Round of the epoch that this replica follows.", status.Epoch.Round);
        Gauge(text, "akkakv_commit_index", "Last committed and applied log index.", status.Commit.Value);
        Gauge(text, "akkakv_last_index", "Last index in this replica's log.", status.Last.Index.Value);
        Gauge(text, "akkakv_snapshot_index", "Index of the newest snapshot.", status.Snapshot.Value);
        Gauge(text, "akkakv_keys", "Keys in the map.", view.State.Count);
        Gauge(text, "akkakv_pending_requests", "Requests of clients that wait for their commit.", status.PendingRequests);
        Gauge(text, "akkakv_parked_reads", "Reads that wait for a commit or for the leader.", status.ParkedReads);
        if (view.TakeDiskCounters() is { } disk)
        {
            Counter(text, "akkakv_log_syncs_total", "fdatasync calls of the log.", disk.Syncs);
            Counter(text, "akkakv_log_records_total", "Records written to the log.", disk.Records);
            Counter(text, "akkakv_log_sync_seconds_total", "Time spent writing and syncing the log.", disk.SyncTime.TotalSeconds);
            Counter(text, "akkakv_log_slow_syncs_total", "Writes of the log slower than 50 ms.", disk.SlowSyncs);
            Gauge(text, "akkakv_log_slowest_sync_seconds", "Slowest write since the last look.", disk.SlowestSync.TotalSeconds);
            Gauge(text, "akkakv_log_records_waiting", "Records handed to the log and not durable yet.", disk.Waiting);
        }

        using var process = Process.GetCurrentProcess();
        Counter(text, "process_cpu_seconds_total", "User and system CPU time.", process.TotalProcessorTime.TotalSeconds);
        Gauge(text, "process_resident_memory_bytes", "Resident memory.", process.WorkingSet64);
        Counter(
            text, "dotnet_gc_pause_seconds_total", "Time in which garbage collection stopped the process.",
            GC.GetTotalPauseDuration().TotalSeconds);
        Counter(text, "dotnet_gc_allocated_bytes_total", "Bytes allocated.", GC.GetTotalAllocatedBytes());
        Counter(text, "dotnet_gc_collections_total", "Garbage collections.", GC.CollectionCount(0));
        Counter(text, "dotnet_gc_full_collections_total", "Those of them that looked at old objects, too.", GC.CollectionCount(2));
        return text.ToString();
    }

    private static void Gauge(StringBuilder text, string name, string help, double value) => Line(text, "gauge", name, help, value);

    private static void Counter(StringBuilder text, string name, string help, double value) => Line(text, "counter", name, help, value);

    private static void Line(StringBuilder text, string type, string name, string help, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value:R}\n");
}
