#nullable enable
using Akka.Event;

namespace Akka.Actor;

/// <summary>The root of the tree. When both guardians are gone it goes too.</summary>
internal sealed class RootGuardianActor : UntypedActor
{
    protected override void OnReceive(object message) => Unhandled(message);

    /// <summary>A guardian that fails cannot be trusted with its children any more: the system ends.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.StoppingStrategy;
}

/// <summary>The parent of what users create.</summary>
internal sealed class GuardianActor : UntypedActor
{
    protected override void OnReceive(object message) => Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);

    /// <summary>A guardian keeps its children whatever happens.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
    }
}

/// <summary>
/// Asks the /system guardian to tell the sender, with a <see cref="TerminationHook"/>, when /user is gone, and to wait for its
/// answer.
/// </summary>
internal sealed class RegisterTerminationHook
{
    public static readonly RegisterTerminationHook Instance = new();
}

/// <summary>All of /user is gone: finish what has to be finished.</summary>
internal sealed class TerminationHook
{
    public static readonly TerminationHook Instance = new();
}

/// <summary>The answer to <see cref="TerminationHook"/>.</summary>
internal sealed class TerminationHookDone
{
    public static readonly TerminationHookDone Instance = new();
}

/// <summary>
/// The parent of the engine's own actors. It outlives /user, lets those who asked for it finish, and then ends the system.
/// </summary>
internal sealed class SystemGuardianActor(IActorRef userGuardian) : UntypedActor
{
    private readonly HashSet<IActorRef> _hooks = [];
    private bool _userGone;

    protected override void PreStart() => Context.Watch(userGuardian);

    /// <summary>A guardian keeps its children whatever happens.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RegisterTerminationHook when !_userGone:
                _hooks.Add(Sender);
                Context.Watch(Sender);
                break;
            case Terminated { ActorRef: var actor } when actor.Equals(userGuardian):
                _userGone = true;
                foreach (var hook in _hooks)
                    hook.Tell(TerminationHook.Instance, Self);
                StopWhenHooksAreDone();
                break;
            case Terminated { ActorRef: var hook }:
                _hooks.Remove(hook);
                StopWhenHooksAreDone();
                break;
            case TerminationHookDone:
                _hooks.Remove(Sender);
                StopWhenHooksAreDone();
                break;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                break;
        }
    }

    private void StopWhenHooksAreDone()
    {
        if (!_userGone || _hooks.Count > 0)
            return;

        Context.System.EventStream.StopDefaultLoggers();
        Context.Stop(Self);
        ((InternalActorRef)Context.Parent).Stop();
    }
}

/// <summary>Stands above the root, where no actor can: it ends a root that fails, and reports when the root is gone.</summary>
internal sealed class RootSupervisor(ActorRefProvider provider, ActorPath path, TaskCompletionSource terminated) : MinimalActorRef
{
    public override ActorPath Path { get; } = path;

    internal override ActorRefProvider Provider { get; } = provider;

    internal override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case Failed failed:
                Provider.EventStream.Publish(
                    new Error(failed.Cause, Path.ToString(), typeof(RootSupervisor), "The root guardian failed; the system ends."));
                failed.Child.AsInternal().Stop();
                break;
            case DeathWatchNotification:
                terminated.TrySetResult();
                break;
        }
    }
}
