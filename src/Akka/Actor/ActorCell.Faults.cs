#nullable enable
using System.Globalization;
using Akka.Event;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private SupervisorStrategy? _strategy;

    /// <summary>Whether this actor failed and waits for its supervisor.</summary>
    private bool _failed;

    /// <summary>The child whose escalated failure failed this actor.</summary>
    private IActorRef? _perpetrator;

    /// <summary>System messages that must wait until this cell has settled.</summary>
    private Queue<SystemMessage>? _deferred;

    /// <summary>Handles one system message, and then those that had to wait for what it settled.</summary>
    internal void InvokeSystem(SystemMessage message)
    {
        if (MustWait(message))
        {
            (_deferred ??= new Queue<SystemMessage>()).Enqueue(message);
            return;
        }

        Handle(message);
        while (_deferred is { Count: > 0 } && !MustWait(_deferred.Peek()))
            Handle(_deferred.Dequeue());
    }

    /// <summary>
    /// A restart in progress is not to be disturbed, and one who failed decides about no child until it is decided about.
    /// </summary>
    private bool MustWait(SystemMessage message) => message switch
    {
        Recreate or Suspend or Resume => _children.IsAwaited,
        Akka.Actor.Failed => _failed && !_children.IsTerminating,
        _ => false,
    };

    private void Handle(SystemMessage message)
    {
        if (IsTerminated)
        {
            message.AnswerForTheDead();
            return;
        }

        try
        {
            Dispatch(message);
        }
        catch (Exception e)
        {
            HandleFailureOf(e);
        }
    }

    private void Dispatch(SystemMessage message)
    {
        switch (message)
        {
            case ActorTask task:
                task.Run();
                break;
            case Akka.Actor.Create:
                CreateActor();
                break;
            case Watch watch:
                AddWatcher(watch);
                break;
            case Unwatch unwatch:
                RemoveWatcher(unwatch);
                break;
            case DeathWatchNotification notification:
                HandleDeathOf(notification);
                break;
            case Failed failed:
                HandleFailedChild(failed);
                break;
            case Suspend:
                Mailbox.Suspend();
                SuspendChildren();
                break;
            case Resume resume:
                ResumeAfterFault(resume.CausedByFailure);
                break;
            case Recreate recreate:
                RestartActor(recreate.Cause);
                break;
            case Terminate:
                TerminateActor();
                break;
            case Supervise or NoMessage:
                break;
        }
    }

    /// <summary>The actor threw: it and its children stand still until the supervisor has decided.</summary>
    /// <param name="cause">What it threw.</param>
    /// <param name="except">Children that go on.</param>
    private void HandleFailureOf(Exception cause, IReadOnlyCollection<IActorRef>? except = null)
    {
        if (_failed || _children.IsTerminating)
        {
            Publish(new Error(cause, Self.Path.ToString(), typeof(ActorCell), "failed again while its first failure was dealt with"));
            return;
        }

        _failed = true;
        Mailbox.Suspend();
        foreach (var child in _children.Refs())
        {
            if (!child.Equals(_perpetrator) && except?.Contains(child) is not true)
                child.Suspend();
        }

        Parent.SendSystemMessage(new Failed(Self, cause, Self.Path.Uid));
    }

    private void HandleFailedChild(Failed failed)
    {
        // Of a child that has since been replaced by another one of its name: nothing to decide.
        if (_children.Find(failed.Child) is not { } stats || stats.Uid != failed.Uid)
            return;

        if (Strategy().HandleFailure(this, stats.Child, failed.Cause, stats, _children.All()))
            return;

        _perpetrator = stats.Child;
        HandleFailureOf(failed.Cause);
    }

    private SupervisorStrategy Strategy() => _strategy ??= Props.SupervisorStrategy ?? _actor?.MakeSupervisorStrategy()
        ?? SupervisorStrategy.DefaultStrategy;

    private void CreateActor()
    {
        try
        {
            _actor = NewActor();
            _actor.AroundPreStart();
            DebugLifecycle("started");
        }
        catch (Exception e)
        {
            // What a constructor left half done must not see any mail.
            if (_actor is not null)
                CancelTimersOf(_actor);
            _actor = null;
            HandleFailureOf(e as ActorInitializationException
                ?? new ActorInitializationException(Self, $"Could not start the actor: {e.Message}", e));
        }
    }

    private void ResumeAfterFault(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            RestartActor(causedByFailure ?? new ActorInitializationException(Self, "Resumed before it was made."));
            return;
        }

        var perpetrator = _perpetrator;
        Mailbox.Resume();
        if (causedByFailure is not null)
            ClearFailure();
        ResumeChildren(causedByFailure, perpetrator);
    }

    private void RestartActor(Exception cause)
    {
        if (_actor is not { } failed)
        {
            UnwatchAndStopChildren();
            if (!_children.Await(new ChildrenAwaited.Creation()))
                FinishCreate();
            return;
        }

        AbandonAsyncRun();
        CancelTimersOf(failed);
        try
        {
            failed.AroundPreRestart(cause, _message);
        }
        catch (Exception e)
        {
            var wrapped = new PreRestartException(Self, e, cause, _message);
            Publish(new Error(wrapped, Self.Path.ToString(), failed.GetType(), e.Message));
        }

        ReleaseActor();
        if (!_children.Await(new ChildrenAwaited.Recreation(cause)))
            FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        var survivors = _children.Refs();
        try
        {
            Mailbox.Resume();
            ClearFailure();
            ClearMessage();
            _actor = NewActor();
            _actor.AroundPostRestart(cause, null!);
            DebugLifecycle("restarted");
            foreach (var child in survivors)
                child.Restart(cause);
        }
        catch (Exception e)
        {
            if (_actor is not null)
                CancelTimersOf(_actor);
            _actor = null;
            HandleFailureOf(new PostRestartException(Self, e, cause), survivors);
        }
    }

    private void FinishCreate()
    {
        Mailbox.Resume();
        ClearFailure();
        ClearMessage();
        CreateActor();
    }

    /// <summary>
    /// Lets go of the actor. Timers that its last callbacks have started would fire for ever, and find another actor; what it has stashed
    /// goes back to the mailbox.
    /// </summary>
    private void ReleaseActor()
    {
        if (_actor is { } actor)
        {
            CancelTimersOf(actor);
            if (actor is IActorStash { Stash: { } stash })
                stash.UnstashAll();
            Props.Release(actor);
        }

        _actor = null;
        _behavior = null;
        _lowerBehaviors = null;
        _strategy = null;
    }

    private void ClearFailure()
    {
        _failed = false;
        _perpetrator = null;
    }

    private void DebugLifecycle(string what)
    {
        if (SystemImpl.Settings.DebugLifecycle)
            Publish(new Debug(null, Self.Path.ToString(), _actor?.GetType() ?? typeof(ActorCell), what));
    }

    private static void CancelTimersOf(ActorBase actor)
    {
        if (actor is IWithTimers { Timers: { } timers })
            timers.CancelAll();
    }
}
