using Akka.Actor;

namespace Akka.TestKit;

/// <content>Expecting one message.</content>
public abstract partial class TestKitBase
{
    /// <summary>Expects a message of type <typeparamref name="T"/>.</summary>
    public T ExpectMsg<T>(TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgAsync<T>(duration, hint, cancellationToken).AsTask());

    /// <summary>Expects a message equal to <paramref name="message"/>.</summary>
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgAsync(message, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects a message for which the predicate holds.</summary>
    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgAsync(isMessage, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects a message that passes the assertion.</summary>
    public T ExpectMsg<T>(
        Action<T> assert, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgAsync(assert, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects a message for which, with its sender, the predicate holds.</summary>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgAsync(isMessageAndSender, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects a message that, with its sender, passes the assertion.</summary>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgAsync(assertMessageAndSender, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects a message that <paramref name="comparer"/> calls equal to <paramref name="expected"/>.</summary>
    public T ExpectMsg<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgAsync(expected, comparer, timeout, hint, cancellationToken).AsTask());

    /// <inheritdoc cref="ExpectMsg{T}(TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(duration, hint, null, cancellationToken);

    /// <inheritdoc cref="ExpectMsg{T}(T, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, hint, (actual, _) => _assertions.AssertEqual(message, actual, hint ?? ""), cancellationToken);

    /// <inheritdoc cref="ExpectMsg{T}(Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, hint, (actual, _) => Holds(isMessage(actual), actual, hint), cancellationToken);

    /// <inheritdoc cref="ExpectMsg{T}(Action{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, hint, (actual, _) => assert(actual), cancellationToken);

    /// <inheritdoc cref="ExpectMsg{T}(Func{T, IActorRef, bool}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(
            timeout, hint, (actual, sender) => Holds(isMessageAndSender(actual, sender), actual, hint), cancellationToken);

    /// <inheritdoc cref="ExpectMsg{T}(Action{T, IActorRef}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync(timeout, hint, assertMessageAndSender, cancellationToken);

    /// <inheritdoc cref="ExpectMsg{T}(T, Func{T, T, bool}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(
            timeout, hint, (actual, _) => _assertions.AssertEqual(expected, actual, comparer, hint ?? ""), cancellationToken);

    /// <summary>Expects <see cref="Terminated"/> of <paramref name="target"/>.</summary>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Wait(ExpectTerminatedAsync(target, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects <see cref="Terminated"/> of <paramref name="target"/>.</summary>
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync<Terminated>(terminated => terminated.ActorRef.Equals(target), timeout, hint, cancellationToken);

    /// <summary>Expects silence for the default time.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects silence for <paramref name="duration"/>.</summary>
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(duration, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects silence for so many milliseconds.</summary>
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(milliseconds, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Expects silence for the default time.</summary>
    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        ExpectSilenceAsync(_end is null ? Dilated(TestKitSettings.ExpectNoMessageDefault) : Remaining, cancellationToken);

    /// <summary>Expects silence for <paramref name="duration"/>.</summary>
    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectSilenceAsync(Dilated(duration), cancellationToken);

    /// <summary>Expects silence for so many milliseconds.</summary>
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private async ValueTask<T> ExpectAsync<T>(
        TimeSpan? timeout, string hint, Action<T, IActorRef> check, CancellationToken cancellationToken)
    {
        var wait = RemainingOrDilated(timeout);
        var received = await DequeueAsync(wait, cancellationToken).ConfigureAwait(false);
        if (received is not { } got)
        {
            _assertions.Fail("Failed: Timeout {0} while waiting for a message of type {1} {2}", wait, typeof(T), hint);
            throw new InvalidOperationException("A failed assertion did not throw.");
        }

        _assertions.AssertTrue(
            got.Message is T, "Failed: Expected a message of type {0}, but received {{{1}}} (type {2}) instead {3} from {4}",
            typeof(T), got.Message, got.Message.GetType(), hint, got.Sender);
        var message = (T)got.Message;
        check?.Invoke(message, got.Sender);
        return message;
    }

    private async ValueTask ExpectSilenceAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var received = await DequeueAsync(duration, cancellationToken).ConfigureAwait(false);
        _assertions.AssertFalse(
            received.HasValue, "Failed: Expected no messages during {0}, instead we received {1} from {2}",
            duration, received?.Message, received?.Sender);
        _lastWasNoMessage = true;
    }

    private void Holds(bool holds, object message, string hint) =>
        _assertions.AssertTrue(
            holds, "Failed: Got a message of the expected type <{0}>, but the predicate does not hold. {1}", message, hint);
}
