using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Actors;

/// <summary>
/// When a snapshot is due: after so many bytes of entries, and not before the log is as long as the last snapshot, so that writing
/// snapshots costs no more than writing the log, however large the state is. Redis rewrites its log by the same measure
/// (auto-aof-rewrite-percentage 100). A longer log would cost less and be read for longer at the next start.
/// </summary>
/// <remarks>
/// All servers write the same log. Their turns are kept apart in it, or they would all be slow at once: the first turn of slot s among
/// n comes after (s + 1)/n of the way, and with that the others between two turns of one. A server that starts goes on with what it
/// finds; one that installs another's snapshot keeps as far away from the other as their slots are; and a snapshot that somebody
/// wanted is one more, and moves no turn. No turn ever comes later than without the shares.
/// </remarks>
/// <param name="bytesMin">The setting <c>snapshot-after</c>.</param>
/// <param name="self">This server.</param>
/// <param name="servers">How many servers there are.</param>
internal sealed class SnapshotSchedule(long bytesMin, ReplicaId self, int servers)
{
    // Of the way to the next turn. What another slot's share takes off counts as logged.
    private long _bytes = bytesMin / servers * (servers - 1 - self.Slot);
    private long _bytesAtStart;
    private long _lastLength;
    private bool _running;
    private bool _wanted;

    public bool IsDue => !_running && (_wanted || IsTurn);

    private bool IsTurn => _bytes >= Way;

    private long Way => Math.Max(bytesMin, _lastLength);

    /// <summary>The server starts and found this on its disk.</summary>
    /// <param name="snapshotLength">Of its snapshot; null when there is none.</param>
    /// <param name="entries">After the snapshot.</param>
    public void OnRecovered(long? snapshotLength, IReadOnlyList<Entry> entries)
    {
        if (snapshotLength is { } length)
            (_lastLength, _bytes) = (length, 0);
        foreach (var entry in entries)
            _bytes += entry.EncodedLength;
    }

    /// <summary>Another server needs one, whatever the log's length.</summary>
    public void OnWanted() => _wanted = true;

    public void Count(List<DurableRecord> records)
    {
        foreach (var record in records)
            _bytes += record.Entry?.EncodedLength ?? 0;
    }

    public void OnStarted()
    {
        _running = true;
        _wanted = false;
        _bytesAtStart = IsTurn ? _bytes : 0;
    }

    public void OnTaken(long length)
    {
        _lastLength = length;
        OnMissed();
    }

    /// <summary>It was not written; the next one is due when as much again was logged.</summary>
    public void OnMissed()
    {
        _running = false;
        _bytes -= _bytesAtStart;
    }

    /// <summary>A snapshot of another server has taken the place of this server's log.</summary>
    /// <param name="length">Of the snapshot.</param>
    /// <param name="sender">Whose turn it was.</param>
    public void OnInstalled(long length, ReplicaId sender)
    {
        _lastLength = length;
        _bytesAtStart = 0; // One of the state before may still be on its way to the disk.
        var behind = (self.Slot - sender.Slot + servers) % servers;
        _bytes = behind == 0 ? 0 : Way / servers * (servers - behind);
    }
}
