using System.Diagnostics;
using Akka.Event;
using AkkaKv.Core.Replication;
using AkkaKv.Storage;

namespace AkkaKv.Actors;

/// <summary>A store that was opened and read, and the writer that goes on with it.</summary>
/// <param name="SnapshotLength">Of its snapshot; null when there is none.</param>
internal sealed record Recovered(DurableStore Store, LogWriter Writer, RecoveredReplica Replica, long? SnapshotLength)
{
    /// <summary>Reads everything back; takes seconds for a large store.</summary>
    public static Recovered Open(ReplicaOptions options, ILogWriterListener listener, ILoggingAdapter log)
    {
        var start = Stopwatch.GetTimestamp();
        var store = DurableStore.Open(options.Files, options.Store);
        try
        {
            long? snapshotLength = null;
            var replica = store.Load(file =>
            {
                snapshotLength = file?.Length;
                return SnapshotWork.Load(file, store.Identity.ClusterId);
            });
            if (store.DiscardedInto is { } folder)
                log.Warning("Damaged data was set aside into {0}; this server will be filled by the others", folder);
            log.Info(
                "Recovered {0}: {1} keys at {2}, {3} entries after it, in {4:F0} ms",
                store.Identity.StoreId, replica.State.Count, replica.Snapshot, replica.Entries.Count,
                Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            return new Recovered(store, new LogWriter(store, listener), replica, snapshotLength);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }
}
