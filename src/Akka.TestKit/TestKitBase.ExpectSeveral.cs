using System.Runtime.CompilerServices;

namespace Akka.TestKit;

/// <content>Expecting one of several, or several in any order.</content>
public abstract partial class TestKitBase
{
    /// <summary>Expects one of <paramref name="messages"/>.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgAnyOfAsync(messages, cancellationToken).AsTask());

    /// <summary>Expects one of <paramref name="messages"/>.</summary>
    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default)
    {
        var expected = messages.ToList();
        return ExpectMsgAsync<T>(
            actual => expected.Contains(actual), hint: $"Expected one of {string.Join(", ", expected)}.",
            cancellationToken: cancellationToken);
    }

    /// <summary>Expects all of <paramref name="messages"/>, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) =>
        Wait(ExpectAllAsync(RemainingOrDefault, messages, default));

    /// <summary>Expects all of <paramref name="messages"/>, in any order, within <paramref name="max"/>.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) =>
        Wait(ExpectAllAsync(Dilated(max), messages, default));

    /// <summary>Expects all of <paramref name="messages"/>, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Wait(ExpectAllAsync(RemainingOrDefault, messages, cancellationToken));

    /// <summary>Expects all of <paramref name="messages"/>, in any order, within <paramref name="max"/>.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Wait(ExpectAllAsync(Dilated(max), messages, cancellationToken));

    /// <summary>Expects all of <paramref name="messages"/>, in any order.</summary>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        EachOfAsync(RemainingOrDefault, messages, cancellationToken);

    /// <summary>Expects all of <paramref name="messages"/>, in any order, within <paramref name="max"/>.</summary>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        EachOfAsync(Dilated(max), messages, cancellationToken);

    private async IAsyncEnumerable<T> EachOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var message in await ExpectAllAsync(max, messages, cancellationToken).ConfigureAwait(false))
            yield return message;
    }

    private async Task<IReadOnlyCollection<T>> ExpectAllAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken)
    {
        var received = await ReceiveSeveralAsync(messages.Count, max, cancellationToken).ConfigureAwait(false);
        var missing = messages.Where(expected => !received.Contains(expected)).ToList();
        var unexpected = received.Where(actual => actual is not T typed || !messages.Contains(typed)).ToList();
        _assertions.AssertTrue(
            missing.Count == 0 && unexpected.Count == 0, "Not found: [{0}]. Unexpected: [{1}].",
            string.Join(", ", missing), string.Join(", ", unexpected));
        return received.Cast<T>().ToList();
    }
}
