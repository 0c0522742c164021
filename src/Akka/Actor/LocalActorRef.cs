#nullable enable
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The reference of an actor in this process.</summary>
internal class LocalActorRef : InternalActorRef
{
    private readonly ActorCell _cell;

    public LocalActorRef(ActorSystemImpl system, Props props, MessageDispatcher dispatcher, InternalActorRef parent, ActorPath path)
    {
        Path = path;
        _cell = new ActorCell(system, this, props, dispatcher, parent);
    }

    public override ActorPath Path { get; }

    internal ActorCell Cell => _cell;

    internal override ActorRefProvider Provider => _cell.SystemImpl.ProviderImpl;

    internal override InternalActorRef Parent => _cell.Parent;

    internal override bool IsTerminated => _cell.IsTerminated;

    internal override void SendSystemMessage(SystemMessage message) => _cell.SendSystemMessage(message);

    internal override void Start() => _cell.Mailbox.Start();

    internal override InternalActorRef GetChild(IReadOnlyList<string> names)
    {
        InternalActorRef current = this;
        for (var i = 0; i < names.Count; i++)
        {
            switch (names[i])
            {
                case "":
                    break;
                case "..":
                    current = current.Parent;
                    break;
                case var name when current is LocalActorRef local:
                    current = local.GetSingleChild(name);
                    break;
                default:
                    return current.GetChild([.. names.Skip(i)]);
            }

            if (current is Nobody)
                return current;
        }

        return current;
    }

    /// <summary>The child of that name, or Nobody.</summary>
    internal virtual InternalActorRef GetSingleChild(string name) => _cell.GetChild(name);

    protected override void TellInternal(object message, IActorRef? sender) => _cell.SendMessage(message, sender);
}

/// <summary>The root of a system's tree. Besides the guardians it knows the containers of references that are no actors.</summary>
internal sealed class RootGuardianRef(
    ActorSystemImpl system, Props props, MessageDispatcher dispatcher, InternalActorRef parent, ActorPath path)
    : LocalActorRef(system, props, dispatcher, parent, path)
{
    internal override InternalActorRef GetSingleChild(string name) =>
        Provider.FindExtraName(name) ?? base.GetSingleChild(name);
}
