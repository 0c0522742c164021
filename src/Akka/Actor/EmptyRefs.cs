#nullable enable
using System.Collections.Concurrent;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The reference of an actor that is not there. What it is told becomes a dead letter, and who watches it learns at once that it is
/// dead.
/// </summary>
internal class EmptyLocalActorRef(ActorRefProvider provider, ActorPath path) : MinimalActorRef
{
    public override ActorPath Path { get; } = path;

    internal override ActorRefProvider Provider { get; } = provider;

    internal override bool IsTerminated => true;

    internal override void SendSystemMessage(SystemMessage message) => message.AnswerForTheDead();

    protected override void TellInternal(object message, IActorRef? sender)
    {
        switch (message)
        {
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                break;
            case ActorSelectionMessage { Message: Identify identify }:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                break;
            case ActorSelectionMessage selection:
                Publish(selection.Message, sender);
                break;
            default:
                Publish(message, sender);
                break;
        }
    }

    private protected virtual void Publish(object message, IActorRef? sender) => Provider.System.DeadLetter(message, sender, this);
}

/// <summary>Where messages end that reach no one: it publishes them on the event stream.</summary>
internal sealed class DeadLetterActorRef(ActorRefProvider provider, ActorPath path) : EmptyLocalActorRef(provider, path)
{
    private protected override void Publish(object message, IActorRef? sender)
    {
        if (message is AllDeadLetters letter)
            Provider.System.EventStream.Publish(letter);
        else
            base.Publish(message, sender);
    }
}

/// <summary>A directory of references that are no actors, such as those that stand for pending Asks under /temp.</summary>
internal sealed class VirtualPathContainer(ActorRefProvider provider, ActorPath path, InternalActorRef parent) : MinimalActorRef
{
    private readonly ConcurrentDictionary<string, InternalActorRef> _entries = new(StringComparer.Ordinal);

    public override ActorPath Path { get; } = path;

    internal override ActorRefProvider Provider { get; } = provider;

    internal override InternalActorRef Parent { get; } = parent;

    public void Add(string name, InternalActorRef entry) => _entries[name] = entry;

    public void Remove(string name) => _entries.TryRemove(name, out _);

    internal override InternalActorRef GetChild(IReadOnlyList<string> names)
    {
        string[] rest = [.. names.Where(name => name.Length > 0)];
        if (rest.Length == 0)
            return this;
        if (rest[0] == "..")
            return Parent.GetChild(rest[1..]);
        return _entries.TryGetValue(rest[0], out var entry) ? entry.GetChild(rest[1..]) : Nobody.Instance;
    }
}
