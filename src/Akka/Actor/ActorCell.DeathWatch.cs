#nullable enable
namespace Akka.Actor;

internal sealed partial class ActorCell
{
    /// <summary>Whom this actor watches, with the message to send instead of Terminated, or null.</summary>
    private Dictionary<IActorRef, object?>? _watching;

    private HashSet<InternalActorRef>? _watchedBy;

    /// <summary>Ends that were noticed and whose notification is queued as mail. Unwatch takes them out again.</summary>
    private Dictionary<IActorRef, object?>? _terminatedQueued;

    public IActorRef Watch(IActorRef subject) => StartWatching(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message) => StartWatching(subject, message);

    public IActorRef Unwatch(IActorRef subject)
    {
        var watchee = subject.AsInternal();
        if (_watching is not null && _watching.Remove(watchee))
            watchee.SendSystemMessage(new Unwatch(watchee, Self));
        _terminatedQueued?.Remove(watchee);
        return subject;
    }

    private IActorRef StartWatching(IActorRef subject, object? message)
    {
        var watchee = subject.AsInternal();
        if (!watchee.Equals(Self) && (_watching ??= []).TryAdd(watchee, message))
            watchee.SendSystemMessage(new Watch(watchee, Self));
        return subject;
    }

    private void AddWatcher(Watch watch)
    {
        if (watch.Watchee.Equals(Self) && !watch.Watcher.Equals(Self))
            (_watchedBy ??= []).Add(watch.Watcher);
    }

    private void RemoveWatcher(Unwatch unwatch) => _watchedBy?.Remove(unwatch.Watcher);

    /// <summary>An actor that is watched, or a child, is gone.</summary>
    private void HandleDeathOf(DeathWatchNotification notification)
    {
        var actor = notification.Actor;
        if (_watching is not null && _watching.Remove(actor, out var message) && !_children.IsTerminating)
        {
            (_terminatedQueued ??= [])[actor] = message;
            Self.Tell(new Terminated(actor, notification.ExistenceConfirmed, notification.AddressTerminated), actor);
        }

        HandleChildTerminated(actor);
    }

    private void DeliverTerminated(Terminated terminated)
    {
        // Not there: it was unwatched while the notification waited, or somebody made it up.
        if (_terminatedQueued is not null && _terminatedQueued.Remove(terminated.ActorRef, out var message))
            Receive(message ?? terminated);
    }

    /// <summary>The actor stashed the notification instead of handling it: it comes once more.</summary>
    private void ExpectAgain(Terminated terminated) => (_terminatedQueued ??= [])[terminated.ActorRef] = null;

    private void TellWatchersOfOwnEnd()
    {
        foreach (var watcher in _watchedBy ?? [])
        {
            // The parent is told anyway.
            if (!watcher.Equals(Parent))
                watcher.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true, addressTerminated: false));
        }

        _watchedBy = null;
    }

    private void UnwatchAll()
    {
        foreach (var subject in _watching?.Keys ?? Enumerable.Empty<IActorRef>())
        {
            var watchee = subject.AsInternal();
            watchee.SendSystemMessage(new Unwatch(watchee, Self));
        }

        _watching = null;
        _terminatedQueued = null;
    }
}
