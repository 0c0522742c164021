using System.Diagnostics;
using AkkaKv.Core.Replication;
using AkkaKv.Storage;

namespace AkkaKv.Actors;

/// <summary>
/// A store that is being opened and read, which takes seconds when it is large: begun before there is an actor system, so that the
/// server does not stand in its own way. It holds the store until it is disposed of.
/// </summary>
public sealed class StoreOpening : IAsyncDisposable
{
    // What was read is as large as the log, and not kept once the replica has it.
    private Task<Recovered>? _recovered;
    private readonly Task _done;
    private DurableStore? _store;

    private StoreOpening(IFileSystem files, StoreOptions options)
    {
        _recovered = Task.Factory.StartNew(
            () => Open(files, options), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _done = _recovered.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    /// <summary>Begins to open the store in a directory. What goes wrong with it is told to whoever takes it.</summary>
    /// <param name="files">The directory.</param>
    /// <param name="options">How the data is laid out, and whose it is.</param>
    public static StoreOpening Begin(IFileSystem files, StoreOptions options) => new(files, options);

    /// <summary>
    /// The store and what it says, for one replica. Fails with <see cref="DamagedDataException"/>, <see cref="StoreRefusedException"/> or
    /// <see cref="StorageFailureException"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another replica has it.</exception>
    internal Task<Recovered> Take() =>
        Interlocked.Exchange(ref _recovered, null) ?? throw new InvalidOperationException("A store is for one replica.");

    /// <summary>Closes the store, once it is open. Nobody may use it any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _done.ConfigureAwait(false);
        _store?.Dispose();
    }

    private Recovered Open(IFileSystem files, StoreOptions options)
    {
        var start = Stopwatch.GetTimestamp();
        var store = DurableStore.Open(files, options, SnapshotWork.Load);
        try
        {
            var replica = store.Load(file => SnapshotWork.Load(file, store.Identity.ClusterId));
            _store = store;
            return new Recovered(store, replica, Stopwatch.GetElapsedTime(start));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }
}

/// <summary>A store that was opened and read.</summary>
/// <param name="Store">It.</param>
/// <param name="Replica">What a replica starts from.</param>
/// <param name="Took">How long it took.</param>
internal sealed record Recovered(DurableStore Store, RecoveredReplica Replica, TimeSpan Took)
{
    /// <summary>Goes on with its log.</summary>
    public LogWriter BeginWriting(ILogWriterListener listener) => new(Store, listener);
}
