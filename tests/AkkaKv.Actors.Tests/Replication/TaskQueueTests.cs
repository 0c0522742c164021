namespace AkkaKv.Actors.Tests.Replication;

public sealed class TaskQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskQueue _queue = new();

    /// <summary>Pieces of a snapshot that are told out of order look like lost ones.</summary>
    [Fact]
    public async Task Work_begins_when_the_result_before_it_has_been_told()
    {
        var told = new TaskCompletionSource();
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource<bool>();
        _queue.Add(() => 1, async done =>
        {
            await done;
            first.SetResult();
            await told.Task;
        });
        _queue.Add(() => told.Task.IsCompleted, async done => second.SetResult(await done));

        await first.Task.WaitAsync(Patience);
        Assert.False(second.Task.IsCompleted);
        told.SetResult();
        Assert.True(await second.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task Work_that_fails_holds_up_nothing()
    {
        var failure = new TaskCompletionSource<Exception?>();
        var next = new TaskCompletionSource<int>();
        _queue.Add<int>(() => throw new InvalidOperationException("gone"), async done =>
        {
            await done.ContinueWith(static _ => { }, TaskScheduler.Default);
            failure.SetResult(done.Exception?.InnerException);
        });
        _queue.Add(() => 2, async done => next.SetResult(await done));

        Assert.Equal("gone", (await failure.Task.WaitAsync(Patience))?.Message);
        Assert.Equal(2, await next.Task.WaitAsync(Patience));
    }
}
