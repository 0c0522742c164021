namespace AkkaKv.Actors;

/// <summary>Work on the thread pool that is done one after the other. One thread at a time may add to it.</summary>
internal sealed class TaskQueue
{
    private Task _last = Task.CompletedTask;

    /// <summary>Adds work behind what was added before.</summary>
    /// <param name="work">What is to be done.</param>
    /// <param name="report">
    /// Tells how it went, and completes when that is told. The next work waits for it: two results that were told side by side would
    /// arrive in any order.
    /// </param>
    public void Add<T>(Func<T> work, Func<Task<T>, Task> report) =>
        _last = report(_last.ContinueWith(
            _ => work(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default));
}
