#nullable enable
using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>The actor behind <c>TestActor</c> and each probe: puts what it gets into the queue that the test reads.</summary>
internal sealed class QueueingActor(MessageQueue queue) : ActorBase
{
    private Func<object, bool>? _ignore;
    private AutoPilot? _autoPilot;

    public sealed record SetIgnore(Func<object, bool>? Ignore) : INoSerializationVerificationNeeded;

    public sealed record SetAutoPilot(AutoPilot AutoPilot) : INoSerializationVerificationNeeded;

    public sealed record StartWatching(IActorRef Target) : INoSerializationVerificationNeeded;

    public sealed record StopWatching(IActorRef Target) : INoSerializationVerificationNeeded;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case SetIgnore set:
                _ignore = set.Ignore;
                break;
            case SetAutoPilot set:
                _autoPilot = set.AutoPilot;
                break;
            case StartWatching watch:
                Context.Watch(watch.Target);
                Sender.Tell(watch.Target, Self);
                break;
            case StopWatching unwatch:
                Context.Unwatch(unwatch.Target);
                Sender.Tell(unwatch.Target, Self);
                break;
            default:
                Take(message);
                break;
        }

        return true;
    }

    private void Take(object message)
    {
        if (_autoPilot is not null)
        {
            var next = _autoPilot.Run(Sender, message);
            if (next is not KeepRunning)
                _autoPilot = next is NoAutoPilot ? null : next;
        }

        if (_ignore is null || !_ignore(message))
            queue.Enqueue(new Received(message, Sender));
    }
}
