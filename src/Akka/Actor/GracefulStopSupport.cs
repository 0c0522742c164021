namespace Akka.Actor;

/// <summary>Stopping an actor and learning that it is gone.</summary>
public static class GracefulStopSupport
{
    /// <summary>Sends a <see cref="PoisonPill"/> and waits for the end.</summary>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>Sends a message that makes the actor stop, and waits for the end.</summary>
    /// <returns>True when the actor is gone.</returns>
    /// <exception cref="TaskCanceledException">It was not within <paramref name="timeout"/>.</exception>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var watchee = target.AsInternal();
        var end = new FutureActorRef<Terminated>(watchee.Provider);
        end.Arm(timeout, CancellationToken.None);
        watchee.SendSystemMessage(new Watch(watchee, end));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            var terminated = await end.Task.ConfigureAwait(false);
            return terminated.ActorRef.Equals(target);
        }
        catch (AskTimeoutException)
        {
            watchee.SendSystemMessage(new Unwatch(watchee, end));
            throw new TaskCanceledException($"{target} did not stop within {timeout}.");
        }
    }
}

/// <summary>Waiting for the end of an actor.</summary>
public static class WatchAsyncSupport
{
    /// <summary>Completes with true when the actor is gone, with false when <paramref name="token"/> was cancelled before.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        var watchee = target.AsInternal();
        var end = new FutureActorRef<Terminated>(watchee.Provider);
        end.Arm(Timeout.InfiniteTimeSpan, token);
        watchee.SendSystemMessage(new Watch(watchee, end));
        try
        {
            await end.Task.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            watchee.SendSystemMessage(new Unwatch(watchee, end));
            return false;
        }
    }
}
