namespace Akka.Event;

/// <summary>Hands events to those who subscribed to their kind.</summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
{
    private protected EventBus()
    {
    }

    /// <summary>Starts handing events of this kind to the subscriber. False when it had them already.</summary>
    public abstract bool Subscribe(TSubscriber subscriber, TClassifier classifier);

    /// <summary>Ends every subscription of the subscriber. False when it had none.</summary>
    public abstract bool Unsubscribe(TSubscriber subscriber);

    /// <summary>Ends one subscription. False when there was none.</summary>
    public abstract bool Unsubscribe(TSubscriber subscriber, TClassifier classifier);

    /// <summary>Hands an event to whoever subscribed to its kind.</summary>
    public abstract void Publish(TEvent @event);
}
