#nullable enable
using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>
/// Runs a block while the listener counts matching events. The listener gets the filter over the event stream, in order
/// with the events, so nothing of the block can be missed.
/// </summary>
internal sealed class EventFilterApplier(TestKitBase testKit, ActorSystem system, IReadOnlyList<Func<LogEventFilter>> filters)
    : IEventFilterApplier
{
    public EventFilterFactory And => new(testKit, system, filters);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Run(ExpectCoreAsync(expectedCount, null, Wrap(action), cancellationToken));

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Run(ExpectCoreAsync(expectedCount, timeout, Wrap(action), cancellationToken));

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(ExpectCoreAsync(expectedCount, null, Wrap(func), cancellationToken));

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(ExpectCoreAsync(expectedCount, timeout, Wrap(func), cancellationToken));

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectCoreAsync(expectedCount, null, Wrap(actionAsync), cancellationToken);

    public Task ExpectAsync(
        int expectedCount, Func<Task> actionAsync, TimeSpan? timeout, CancellationToken cancellationToken = default) =>
        ExpectCoreAsync(expectedCount, timeout, Wrap(actionAsync), cancellationToken);

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        ExpectCoreAsync(expectedCount, timeout, Wrap(action), cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectCoreAsync(expectedCount, null, func, cancellationToken);

    public Task<T> ExpectAsync<T>(
        int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectCoreAsync(expectedCount, timeout, func, cancellationToken);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Expect(1, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Expect(1, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, func, cancellationToken);

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, actionAsync, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, action, cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, func, cancellationToken);

    public void Mute(Action action, CancellationToken cancellationToken = default) => Run(MuteCoreAsync(Wrap(action), cancellationToken));

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) => Run(MuteCoreAsync(Wrap(func), cancellationToken));

    public IUnmutableFilter Mute() => new Muting(system, Install());

    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        MuteCoreAsync(Wrap(action), cancellationToken);

    public Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        MuteCoreAsync(func, cancellationToken);

    private static T Run<T>(Task<T> task) => TestKitBase.Wait(task);

    private static Func<Task<bool>> Wrap(Action action) => () =>
    {
        action();
        return Task.FromResult(true);
    };

    private static Func<Task<T>> Wrap<T>(Func<T> func) => () => Task.FromResult(func());

    private static Func<Task<bool>> Wrap(Func<Task> action) => async () =>
    {
        await action().ConfigureAwait(false);
        return true;
    };

    private async Task<T> MuteCoreAsync<T>(Func<Task<T>> block, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var muting = Mute();
        return await block().ConfigureAwait(false);
    }

    private async Task<T> ExpectCoreAsync<T>(
        int expected, TimeSpan? timeout, Func<Task<T>> block, CancellationToken cancellationToken)
    {
        var wait = timeout is { } given ? testKit.Dilated(given) : testKit.TestKitSettings.TestEventFilterLeeway;
        // Not disposed: the listener may still signal a match while the filter is on its way out.
        var signal = new SemaphoreSlim(0);
        var installed = Install(signal);
        using var muting = new Muting(system, installed);

        var result = await block().ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(wait);
        await AwaitCountAsync(installed, expected, signal, limit.Token).ConfigureAwait(false);

        var count = installed.Sum(filter => filter.Count);
        testKit.TestAssertions.AssertTrue(
            count == expected, "Timeout ({0}) waiting for {1} messages that match the filter [{2}]. {3} did.",
            wait, expected, string.Join("; ", installed), count);
        return result;
    }

    private static async Task AwaitCountAsync(
        IReadOnlyList<LogEventFilter> installed, int expected, SemaphoreSlim signal, CancellationToken limit)
    {
        try
        {
            while (installed.Sum(filter => filter.Count) < expected)
                await signal.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // The caller compares the counts and says what is missing.
        }
    }

    private List<LogEventFilter> Install(SemaphoreSlim? signal = null)
    {
        var installed = filters.Select(create => create()).ToList();
        foreach (var filter in installed)
        {
            filter.Signal = signal;
            system.EventStream.Publish(new MuteEvents(filter));
        }

        return installed;
    }

    private sealed class Muting(ActorSystem system, IReadOnlyList<LogEventFilter> installed) : IUnmutableFilter
    {
        public void Unmute()
        {
            foreach (var filter in installed)
                system.EventStream.Publish(new UnmuteEvents(filter));
        }

        public void Dispose() => Unmute();
    }
}
