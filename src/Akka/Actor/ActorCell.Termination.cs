#nullable enable
using Akka.Event;

namespace Akka.Actor;

/// <summary>How a cell ends: its children first, then its actor, and last the news of it.</summary>
internal sealed partial class ActorCell
{
    private void TerminateActor()
    {
        SetReceiveTimeout(null);
        AbandonAsyncRun();
        foreach (var child in _children.Refs())
            Stop(child);

        var wasTerminating = _children.IsTerminating;
        if (!_children.Await(new ChildrenAwaited.Termination()))
        {
            FinishTerminate();
            return;
        }

        if (!wasTerminating)
            Mailbox.Suspend();
    }

    private void FinishTerminate()
    {
        _children.End();
        var actor = _actor;
        if (actor is not null)
        {
            CancelTimersOf(actor);
            ClearMessage();
            try
            {
                actor.AroundPostStop();
            }
            catch (Exception e)
            {
                Publish(new Error(e, Self.Path.ToString(), actor.GetType(), e.Message));
            }

            ReleaseActor();
        }

        Mailbox.Close();
        Mailbox.Dispatcher.Detach(Mailbox);
        UnwatchAll();
        DebugLifecycle("stopped");
        Parent.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true, addressTerminated: false));
        TellWatchersOfOwnEnd();
        while (_deferred is { Count: > 0 })
            _deferred.Dequeue().AnswerForTheDead();
    }
}
