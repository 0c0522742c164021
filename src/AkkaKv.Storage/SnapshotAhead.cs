using AkkaKv.Core;
using AkkaKv.Core.State;

namespace AkkaKv.Storage;

/// <summary>
/// Loads the newest snapshot while the log is still being read, which says only at its end which one is in force: nearly always that
/// one. What is wrong with the file is not said here: where the log names it, it is read once more, and then it is.
/// </summary>
internal sealed class SnapshotAhead
{
    private readonly Task<Loaded?> _task;

    /// <param name="snapshots">Where they are.</param>
    /// <param name="index">See <see cref="SnapshotStore.Newest"/>.</param>
    /// <param name="load">Reads the state, each byte verified; runs on a thread of its own.</param>
    public SnapshotAhead(SnapshotStore snapshots, LogIndex index, Func<SnapshotFileReader, KeyValueState> load) =>
        _task = Task.Factory.StartNew(
            () => Load(snapshots, index, load), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Waits for the state, and returns it if its snapshot is the one in force.</summary>
    public Loaded? Take(LogPosition inForce)
    {
        var loaded = _task.GetAwaiter().GetResult();
        return loaded?.Position == inForce ? loaded : null;
    }

    private static Loaded? Load(SnapshotStore snapshots, LogIndex index, Func<SnapshotFileReader, KeyValueState> load)
    {
        try
        {
            using var reader = snapshots.Open(index);
            return new Loaded(reader.Position, reader.Length, load(reader));
        }
        catch (Exception problem) when (problem is DamagedDataException or SnapshotDamagedException or StorageFailureException)
        {
            return null;
        }
    }

    /// <summary>A snapshot that was read and verified from its first byte to its last.</summary>
    internal sealed record Loaded(LogPosition Position, long Length, KeyValueState State);
}
