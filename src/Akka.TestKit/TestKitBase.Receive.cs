using System.Collections;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Reading the mail of the test actor.</content>
public abstract partial class TestKitBase
{
    /// <summary>Messages for which <paramref name="shouldIgnoreMessage"/> holds are dropped from now on.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        TestActor.Tell(new QueueingActor.SetIgnore(shouldIgnoreMessage), ActorRefs.NoSender);

    /// <summary>Messages of type <typeparamref name="T"/> for which the predicate holds are dropped from now on.</summary>
    public void IgnoreMessages<T>(Func<T, bool> shouldIgnoreMessage) =>
        IgnoreMessages(message => message is T typed && shouldIgnoreMessage(typed));

    /// <summary>Messages of type <typeparamref name="T"/> are dropped from now on.</summary>
    public void IgnoreMessages<T>() => IgnoreMessages(message => message is T);

    /// <summary>No message is dropped any more.</summary>
    public void IgnoreNoMessages() => TestActor.Tell(new QueueingActor.SetIgnore(null), ActorRefs.NoSender);

    /// <summary>The next message, or null when none comes in time.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Wait(ReceiveOneAsync(max, cancellationToken).AsTask());

    /// <summary>The next message, or null when none comes in time.</summary>
    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await NextAsync(max, cancellationToken).ConfigureAwait(false))?.Message;

    /// <summary>Exactly so many messages, all within the default wait.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Wait(ReceiveSeveralAsync(numberOfMessages, RemainingOrDefault, cancellationToken));

    /// <summary>Exactly so many messages, all within <paramref name="max"/>.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Wait(ReceiveSeveralAsync(numberOfMessages, Dilated(max), cancellationToken));

    /// <summary>Exactly so many messages, all within the default wait.</summary>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveEachAsync(numberOfMessages, RemainingOrDefault, cancellationToken);

    /// <summary>Exactly so many messages, all within <paramref name="max"/>.</summary>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        ReceiveEachAsync(numberOfMessages, Dilated(max), cancellationToken);

    /// <summary>Reads and drops messages until one satisfies the predicate.</summary>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Reads and drops messages until one of type <typeparamref name="T"/> satisfies the predicate.</summary>
    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage(isMessage, null, max, hint, cancellationToken);

    /// <summary>As above; what was dropped on the way is put into <paramref name="allMessages"/>.</summary>
    public T FishForMessage<T>(
        Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default) =>
        Wait(FishForMessageAsync(isMessage, allMessages, max, hint, cancellationToken).AsTask());

    /// <summary>Reads and drops messages until one satisfies the predicate.</summary>
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Reads and drops messages until one of type <typeparamref name="T"/> satisfies the predicate.</summary>
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync(isMessage, null, max, hint, cancellationToken);

    /// <summary>As above; what was dropped on the way is put into <paramref name="allMessages"/>.</summary>
    public async ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default)
    {
        var end = Now + RemainingOrDilated(max);
        while (true)
        {
            var received = await DequeueAsync(end - Now, cancellationToken).ConfigureAwait(false);
            if (received is not { } message)
            {
                _assertions.Fail("No message of type {0} that satisfies the predicate came in time. {1}", typeof(T), hint);
                throw new InvalidOperationException("A failed assertion did not throw.");
            }

            if (message.Message is T typed && isMessage(typed))
                return typed;
            allMessages?.Add(message.Message);
        }
    }

    private async Task<IReadOnlyCollection<object>> ReceiveSeveralAsync(int count, TimeSpan max, CancellationToken cancellationToken)
    {
        var messages = new List<object>(count);
        await foreach (var message in ReceiveEachAsync(count, max, cancellationToken).ConfigureAwait(false))
            messages.Add(message);
        return messages;
    }

    private async IAsyncEnumerable<object> ReceiveEachAsync(
        int count, TimeSpan max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = Now + max;
        for (var got = 0; got < count; got++)
        {
            var received = await DequeueAsync(end - Now, cancellationToken).ConfigureAwait(false);
            _assertions.AssertTrue(
                received.HasValue, "Timeout ({0}) while expecting {1} messages. Only got {2} after {0}.", max, count, got);
            yield return received.GetValueOrDefault().Message;
        }
    }

    /// <summary>The next message within <paramref name="max"/>, dilated, or within the default.</summary>
    private ValueTask<Received?> NextAsync(TimeSpan? max, CancellationToken cancellationToken) =>
        DequeueAsync(RemainingOrDilated(max), cancellationToken);

    private async ValueTask<Received?> DequeueAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var received = await _queue.DequeueAsync(wait, cancellationToken).ConfigureAwait(false);
        _lastWasNoMessage = false;
        _last = received.GetValueOrDefault();
        return received;
    }
}
