namespace Akka.Actor;

/// <summary>
/// Sending what a task gives to an actor: the way back from asynchronous work to the actor that started it. A task that
/// fails or is cancelled sends a <see cref="Status.Failure"/>, unless told how to say it otherwise.
/// </summary>
public static class PipeToSupport
{
    /// <inheritdoc cref="PipeTo{T}(Task{T}, ICanTell, bool, IActorRef, Func{T, object}, Func{Exception, object})"/>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<T, object> success = null, Func<Exception, object> failure = null) =>
        taskToPipe.PipeTo(recipient, false, sender, success, failure);

    /// <summary>Sends the result, as it is or as <paramref name="success"/> says it.</summary>
    /// <param name="taskToPipe">The work.</param>
    /// <param name="recipient">Who gets the message.</param>
    /// <param name="useConfigureAwait">Whether to go on in the context that is current here; the result is sent from there.</param>
    /// <param name="sender">The sender of the message; nobody unless given.</param>
    /// <param name="success">Makes the message from the result.</param>
    /// <param name="failure">Makes the message from the exception.</param>
    public static async Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef sender = null,
        Func<T, object> success = null, Func<Exception, object> failure = null)
    {
        object message;
        try
        {
            var result = await taskToPipe.ConfigureAwait(useConfigureAwait);
            message = success is null ? result : success(result);
        }
        catch (Exception e)
        {
            message = failure is null ? new Status.Failure(e) : failure(e);
        }

        recipient.Tell(message, sender);
    }

    /// <inheritdoc cref="PipeTo(Task, ICanTell, bool, IActorRef, Func{object}, Func{Exception, object})"/>
    public static Task PipeTo(
        this Task taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<object> success = null, Func<Exception, object> failure = null) =>
        taskToPipe.PipeTo(recipient, false, sender, success, failure);

    /// <summary>Sends what <paramref name="success"/> gives when the work is done; nothing when it is null.</summary>
    public static async Task PipeTo(
        this Task taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef sender = null,
        Func<object> success = null, Func<Exception, object> failure = null)
    {
        object message;
        try
        {
            await taskToPipe.ConfigureAwait(useConfigureAwait);
            if (success is null)
                return;
            message = success();
        }
        catch (Exception e)
        {
            message = failure is null ? new Status.Failure(e) : failure(e);
        }

        recipient.Tell(message, sender);
    }

    /// <inheritdoc cref="PipeTo{T}(Task{T}, ICanTell, bool, IActorRef, Func{T, object}, Func{Exception, object})"/>
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<T, object> success = null, Func<Exception, object> failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, false, sender, success, failure);

    /// <inheritdoc cref="PipeTo{T}(Task{T}, ICanTell, bool, IActorRef, Func{T, object}, Func{Exception, object})"/>
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef sender = null,
        Func<T, object> success = null, Func<Exception, object> failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, useConfigureAwait, sender, success, failure);

    /// <inheritdoc cref="PipeTo(Task, ICanTell, bool, IActorRef, Func{object}, Func{Exception, object})"/>
    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<object> success = null, Func<Exception, object> failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, false, sender, success, failure);

    /// <inheritdoc cref="PipeTo(Task, ICanTell, bool, IActorRef, Func{object}, Func{Exception, object})"/>
    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef sender = null,
        Func<object> success = null, Func<Exception, object> failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, useConfigureAwait, sender, success, failure);
}
