using AkkaKv.Core.Replication;

namespace AkkaKv.Actors;

/// <summary>
/// When a snapshot is due: after so many bytes of entries, and not before the log is twice as long as the last snapshot, so that
/// writing snapshots costs at most half of what writing the log costs, however large the state is.
/// </summary>
/// <param name="bytesMin">The setting <c>snapshot-after</c>.</param>
internal sealed class SnapshotSchedule(long bytesMin)
{
    private long _bytes;
    private long _bytesAtStart;
    private long _lastLength;
    private bool _running;
    private bool _wanted;

    public bool IsDue => !_running && (_wanted || _bytes >= Math.Max(bytesMin, 2 * _lastLength));

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
        _bytesAtStart = _bytes;
    }

    public void OnTaken(long length)
    {
        _running = false;
        _lastLength = length;
        _bytes -= _bytesAtStart;
    }

    /// <summary>It was not written; the next one is due when as much again was logged.</summary>
    public void OnMissed()
    {
        _running = false;
        _bytes -= _bytesAtStart;
    }
}
