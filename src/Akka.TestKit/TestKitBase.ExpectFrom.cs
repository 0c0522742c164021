using Akka.Actor;

namespace Akka.TestKit;

/// <content>Expecting one message from one sender.</content>
public abstract partial class TestKitBase
{
    /// <summary>Expects a message of type <typeparamref name="T"/> from <paramref name="sender"/>.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, TimeSpan? duration = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgFromAsync<T>(sender, duration, hint, cancellationToken).AsTask());

    /// <summary>Expects a message equal to <paramref name="message"/> from <paramref name="sender"/>.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgFromAsync(sender, message, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects a message for which the predicate holds from <paramref name="sender"/>.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgFromAsync(sender, isMessage, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects a message that passes the assertion from <paramref name="sender"/>.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgFromAsync(sender, assertMessage, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects a message and a sender for which the predicates hold.</summary>
    public T ExpectMsgFrom<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgFromAsync(isSender, isMessage, timeout, hint, cancellationToken).AsTask());

    /// <summary>Expects a message and a sender that pass the assertions.</summary>
    public T ExpectMsgFrom<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgFromAsync(assertSender, assertMessage, timeout, hint, cancellationToken).AsTask());

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(duration, hint, (_, actual) => Same(sender, actual, hint), cancellationToken);

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, T, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(
            timeout, hint,
            (actual, from) =>
            {
                Same(sender, from, hint);
                _assertions.AssertEqual(message, actual, hint ?? "");
            }, cancellationToken);

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(
            timeout, hint,
            (actual, from) =>
            {
                Same(sender, from, hint);
                Holds(isMessage(actual), actual, hint);
            }, cancellationToken);

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, Action{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(
            timeout, hint,
            (actual, from) =>
            {
                Same(sender, from, hint);
                assertMessage(actual);
            }, cancellationToken);

    /// <inheritdoc cref="ExpectMsgFrom{T}(Predicate{IActorRef}, Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(
            timeout, hint,
            (actual, from) =>
            {
                _assertions.AssertTrue(isSender(from), "Failed: The sender {0} does not satisfy the predicate. {1}", from, hint);
                Holds(isMessage(actual), actual, hint);
            }, cancellationToken);

    /// <inheritdoc cref="ExpectMsgFrom{T}(Action{IActorRef}, Action{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(
            timeout, hint,
            (actual, from) =>
            {
                assertSender(from);
                assertMessage(actual);
            }, cancellationToken);

    private void Same(IActorRef expected, IActorRef actual, string hint) =>
        _assertions.AssertEqual(expected, actual, "Sender does not match. {0}", hint);
}
