#nullable enable
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>
/// Keeps who wants to know what, and tells them what the daemon's states amount to. When the membership ends it tells of the
/// removal of everybody, this node included.
/// </summary>
internal sealed class ClusterEventPublisher : UntypedActor
{
    private readonly Cluster _cluster;
    private readonly Dictionary<IActorRef, ImmutableHashSet<Type>> _subscribers = [];
    private MembershipState _state;

    public ClusterEventPublisher(Cluster cluster)
    {
        _cluster = cluster;
        _state = Nothing;
    }

    private MembershipState Nothing => new(Gossip.Empty, _cluster.SelfUniqueAddress);

    protected override void PostStop()
    {
        Tell(ClusterEvent.ClusterShuttingDown.Instance);
        Publish(Nothing);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterCommand.Publish publish:
                Publish(publish.State);
                break;
            case ClusterCommand.Subscribe subscribe:
                Subscribe(subscribe);
                break;
            case ClusterCommand.Unsubscribe unsubscribe:
                Unsubscribe(unsubscribe.Subscriber, unsubscribe.From);
                break;
            case ClusterCommand.SendState send:
                send.Receiver.Tell(ClusterStates.Snapshot(_state), Self);
                break;
            case Terminated terminated:
                _subscribers.Remove(terminated.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Publish(MembershipState next)
    {
        var events = ClusterStates.Between(_state, next);
        _state = next;
        foreach (var happened in events)
            Tell(happened);
        _cluster.RunCallbacks();
    }

    private void Tell(ClusterEvent.IClusterDomainEvent happened)
    {
        foreach (var (subscriber, types) in _subscribers)
        {
            if (Wants(types, happened)) subscriber.Tell(happened, ActorRefs.NoSender);
        }
    }

    private void Subscribe(ClusterCommand.Subscribe subscribe)
    {
        var subscriber = subscribe.Subscriber;
        if (subscribe.Mode == ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot)
        {
            subscriber.Tell(ClusterStates.Snapshot(_state), ActorRefs.NoSender);
        }
        else
        {
            foreach (var happened in ClusterStates.Between(Nothing, _state))
            {
                if (Wants(subscribe.To, happened)) subscriber.Tell(happened, ActorRefs.NoSender);
            }
        }

        if (!_subscribers.ContainsKey(subscriber)) Context.Watch(subscriber);
        _subscribers[subscriber] = _subscribers.GetValueOrDefault(subscriber, []).Union(subscribe.To);
    }

    private void Unsubscribe(IActorRef subscriber, Type? from)
    {
        if (!_subscribers.TryGetValue(subscriber, out var types)) return;
        var left = from is null ? [] : types.Remove(from);
        if (left.IsEmpty)
        {
            _subscribers.Remove(subscriber);
            Context.Unwatch(subscriber);
        }
        else
        {
            _subscribers[subscriber] = left;
        }
    }

    private static bool Wants(IEnumerable<Type> types, ClusterEvent.IClusterDomainEvent happened)
    {
        foreach (var type in types)
        {
            if (type.IsInstanceOfType(happened)) return true;
        }

        return false;
    }
}
