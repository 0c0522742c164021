using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.Event;

/// <summary>
/// The event bus of an actor system. A subscription to a type covers its subtypes and, for an interface, whatever implements
/// it. Publishing takes no lock: the subscribers of a concrete type are found once and remembered until a subscription changes.
/// </summary>
public class EventStream : LoggingBus
{
    private readonly bool _debug;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Type, IActorRef[]> _found = new();
    private ImmutableDictionary<IActorRef, ImmutableHashSet<Type>> _subscriptions =
        ImmutableDictionary<IActorRef, ImmutableHashSet<Type>>.Empty;

    private IActorRef _unsubscriber;

    /// <param name="debug">Whether every change of a subscription is logged.</param>
    public EventStream(bool debug) => _debug = debug;

    public override bool Subscribe(IActorRef subscriber, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(classifier);
        IActorRef unsubscriber;
        lock (_gate)
        {
            var types = _subscriptions.GetValueOrDefault(subscriber, []);
            if (types.Contains(classifier))
                return false;

            _subscriptions = _subscriptions.SetItem(subscriber, types.Add(classifier));
            _found.Clear();
            unsubscriber = _unsubscriber;
        }

        unsubscriber?.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
        Trace($"subscribing {subscriber} to channel {classifier}");
        return true;
    }

    public override bool Unsubscribe(IActorRef subscriber, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(classifier);
        lock (_gate)
        {
            if (!_subscriptions.TryGetValue(subscriber, out var types) || !types.Contains(classifier))
                return false;

            var left = types.Remove(classifier);
            _subscriptions = left.IsEmpty ? _subscriptions.Remove(subscriber) : _subscriptions.SetItem(subscriber, left);
            _found.Clear();
        }

        Trace($"unsubscribing {subscriber} from channel {classifier}");
        return true;
    }

    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            if (!_subscriptions.ContainsKey(subscriber))
                return false;

            _subscriptions = _subscriptions.Remove(subscriber);
            _found.Clear();
        }

        Trace($"unsubscribing {subscriber} from all channels");
        return true;
    }

    public override void Publish(object @event)
    {
        foreach (var subscriber in SubscribersTo(@event.GetType()))
            subscriber.Tell(@event, ActorRefs.NoSender);
    }

    /// <summary>From now on actors that end are unsubscribed by themselves.</summary>
    internal void StartUnsubscriber(ActorSystemImpl system)
    {
        var unsubscriber = system.SystemActorOf(Props.Create(() => new EventStreamUnsubscriber(this)), "event-stream-unsubscriber");
        IEnumerable<IActorRef> present;
        lock (_gate)
        {
            _unsubscriber = unsubscriber;
            present = _subscriptions.Keys;
        }

        foreach (var subscriber in present)
            unsubscriber.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
    }

    private IActorRef[] SubscribersTo(Type type)
    {
        if (_found.TryGetValue(type, out var known))
            return known;

        lock (_gate)
        {
            // Under the lock, so that no change of a subscription falls between finding and remembering.
            IActorRef[] found =
            [
                .. _subscriptions.Where(entry => entry.Value.Any(wanted => wanted.IsAssignableFrom(type))).Select(entry => entry.Key),
            ];
            _found[type] = found;
            return found;
        }
    }

    private void Trace(string message)
    {
        if (_debug)
            Publish(new Debug(nameof(EventStream), GetType(), message));
    }
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TEvent>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TEvent));

    public static bool Unsubscribe<TEvent>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TEvent));
}

/// <summary>Watches the subscribers of an event stream and ends the subscriptions of those that are gone.</summary>
internal sealed class EventStreamUnsubscriber(EventStream stream) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Register { Subscriber: var subscriber }:
                Context.Watch(subscriber);
                break;
            case Terminated { ActorRef: var subscriber }:
                stream.Unsubscribe(subscriber);
                break;
        }
    }

    internal sealed record Register(IActorRef Subscriber);
}
