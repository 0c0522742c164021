namespace Akka.Actor;

/// <summary>
/// Asking: a message and a task that completes with the reply. Costs an object for the reply's address, so that between
/// actors a plain message with a number in it is cheaper.
/// </summary>
public static class Futures
{
    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <inheritdoc cref="Ask{T}(ICanTell, Func{IActorRef, object}, TimeSpan?, CancellationToken)"/>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var (future, receiver) = Prepare<T>(self, timeout, cancellationToken);
        receiver.Tell(message, future);
        return future.Task;
    }

    /// <summary>Sends a message and gives the reply.</summary>
    /// <param name="self">Who is asked.</param>
    /// <param name="messageFactory">Makes the message; gets the reference that the reply must be sent to.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>, zero or less for ever.</param>
    /// <param name="cancellationToken">Ends the wait with a <see cref="TaskCanceledException"/>.</param>
    /// <exception cref="AskTimeoutException">No reply in time.</exception>
    /// <exception cref="ArgumentException">
    /// The reply is no <typeparamref name="T"/>. A <see cref="Status.Failure"/> gives its cause instead.
    /// </exception>
    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var (future, receiver) = Prepare<T>(self, timeout, cancellationToken);
        receiver.Tell(messageFactory(future), future);
        return future.Task;
    }

    private static (FutureActorRef<T> Future, ICanTell Receiver) Prepare<T>(
        ICanTell self, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(self);
        var provider = self switch
        {
            ActorSelection selection => selection.Anchor.AsInternal().Provider,
            IActorRef actorRef => actorRef.AsInternal().Provider,
            _ => ActorCell.Current?.SystemImpl.ProviderImpl
                ?? throw new ArgumentException($"{self} belongs to no actor system; it cannot be asked.", nameof(self)),
        };
        var future = new FutureActorRef<T>(provider);
        future.Arm(timeout ?? provider.Settings.AskTimeout, cancellationToken);
        return (future, self);
    }
}
