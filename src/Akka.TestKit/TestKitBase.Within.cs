namespace Akka.TestKit;

/// <content>Time limits around blocks; inner waits are bounded by what is left.</content>
public abstract partial class TestKitBase
{
    /// <summary>What is left of the innermost <c>Within</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeSpan Remaining => _end is { } end
        ? Left(end)
        : throw new InvalidOperationException(@"Remaining may not be called outside of ""within""");

    /// <summary>What is left of the innermost <c>Within</c>, or the default wait.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    /// <summary>What is left of the innermost <c>Within</c>, or <paramref name="duration"/>.</summary>
    public TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? Left(end) : duration;

    /// <summary>
    /// <paramref name="duration"/> dilated; when null, what is left of the innermost <c>Within</c>, or the default.
    /// </summary>
    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (duration is not { } given)
            return RemainingOrDefault;
        if (given < TimeSpan.Zero && given != Timeout.InfiniteTimeSpan)
            throw new ArgumentException("max must be a positive duration", nameof(duration));

        return Dilated(given);
    }

    /// <summary>Runs the block; fails when it takes longer than <paramref name="max"/>.</summary>
    public void Within(
        TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    /// <summary>Runs the block; fails when it takes less than <paramref name="min"/> or longer than <paramref name="max"/>.</summary>
    public void Within(
        TimeSpan min, TimeSpan max, Action action, string hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(min, max, () => { action(); return true; }, hint, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public T Within<T>(
        TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, TimeSpan, Action, string, TimeSpan?, CancellationToken)"/>
    public T Within<T>(
        TimeSpan min, TimeSpan max, Func<T> function, string hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Wait(WithinAsync(min, max, () => Task.FromResult(function()), hint, epsilonValue, cancellationToken));

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public Task WithinAsync(
        TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, TimeSpan, Action, string, TimeSpan?, CancellationToken)"/>
    public Task WithinAsync(
        TimeSpan min, TimeSpan max, Func<Task> actionAsync, string hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinAsync(
            min, max,
            async () =>
            {
                await actionAsync().ConfigureAwait(false);
                return true;
            },
            hint, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public Task<T> WithinAsync<T>(
        TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, TimeSpan, Action, string, TimeSpan?, CancellationToken)"/>
    public async Task<T> WithinAsync<T>(
        TimeSpan min, TimeSpan max, Func<Task<T>> function, string hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        if (min < TimeSpan.Zero || max < min)
            throw new ArgumentException($"min ({min}) must not be negative nor above max ({max}).");
        cancellationToken.ThrowIfCancellationRequested();

        var start = Now;
        var outer = _end;
        var limit = Dilated(max);
        var left = RemainingOr(limit);
        _assertions.AssertTrue(left >= min, "Required min time {0} not possible, only {1} left. {2}", min, left, hint);
        limit = left < limit ? left : limit;

        _lastWasNoMessage = false;
        _end = start + limit;
        T result;
        try
        {
            result = await function().WaitAsync(limit + Grace(epsilonValue, limit), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _assertions.Fail("Failed: Block took longer than {0}. {1}", limit, hint);
            throw;
        }
        finally
        {
            _end = outer;
        }

        CheckElapsed(Now - start, min, limit, epsilonValue, hint);
        return result;
    }

    private static TimeSpan Left(TimeSpan end) => end > Now ? end - Now : TimeSpan.Zero;

    // A block that ends with ExpectNoMsg uses its time up to the last; scheduling may add a little.
    private static TimeSpan Grace(TimeSpan? epsilon, TimeSpan limit) =>
        epsilon ?? (limit < TimeSpan.FromSeconds(10) ? TimeSpan.FromSeconds(1) : limit / 10);

    private void CheckElapsed(TimeSpan elapsed, TimeSpan min, TimeSpan limit, TimeSpan? epsilon, string hint)
    {
        _assertions.AssertTrue(elapsed >= min, "Failed: Block took {0}, should have at least been {1}. {2}", elapsed, min, hint);
        // Silence that was asked for until the end of the block is not lateness.
        if (!_lastWasNoMessage)
        {
            var allowed = limit + (epsilon ?? TimeSpan.Zero);
            _assertions.AssertTrue(elapsed <= allowed, "Failed: Block took {0}, exceeding {1}. {2}", elapsed, allowed, hint);
        }
    }
}
