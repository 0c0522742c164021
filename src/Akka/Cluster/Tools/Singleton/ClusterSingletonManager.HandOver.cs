using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>How a singleton passes from one member to the next.</summary>
/// <remarks>
/// <code>
/// leaving, oldest                     next
/// Oldest      -- MemberExited -----   Younger
/// WasOldest                           BecomingOldest
///    | TakeOverFromMe --------------->  |   (only says: ask me)
///    | &lt;--------------- HandOverToMe    |   again every retry interval
/// HandingOver: termination message      |
///    | HandOverInProgress ----------->  |
///    | (the singleton ends)             |
/// End| HandOverDone ----------------> Oldest: starts the singleton
/// </code>
/// When the oldest was removed nobody is asked: the next waits for the removal margin and starts the singleton.
/// </remarks>
public sealed partial class ClusterSingletonManager
{
    /// <summary>Goes to the state that follows from who is there. Called after every message.</summary>
    private void Advance()
    {
        switch (CurrentState)
        {
            case ClusterSingletonState.Younger when _seniority.IsExiting:
                GoTo(ClusterSingletonState.End, SingletonData.None.Instance);
                break;
            case ClusterSingletonState.Younger when _seniority.IsNext:
                GoTo(ClusterSingletonState.BecomingOldest, SingletonData.None.Instance);
                AskForHandOver();
                StartRetries();
                Advance();
                return;
            case ClusterSingletonState.BecomingOldest when _seniority.IsExiting:
                StopRetries();
                GoTo(ClusterSingletonState.End, SingletonData.None.Instance);
                break;
            case ClusterSingletonState.BecomingOldest when !_seniority.Older.Any():
                StopRetries();
                StartSingleton();
                break;
            case ClusterSingletonState.Oldest when _seniority.IsExiting:
                Leave();
                break;
        }

        if (_isEnding && CurrentState is ClusterSingletonState.Oldest or ClusterSingletonState.WasOldest) EndSingleton();
        var holds = CurrentData is SingletonData.Running or SingletonData.Handing;
        if (_seniority.IsExiting && !holds) TellHandedOver();
        if (_isEnding && !holds) Context.Stop(Self);
    }

    /// <summary>This node goes and runs the singleton: somebody may take it over, or it ends here.</summary>
    private void Leave()
    {
        if (CurrentData is not SingletonData.Running)
        {
            GoTo(ClusterSingletonState.End, SingletonData.None.Instance);
        }
        else if (_seniority.Successor is null)
        {
            EndSingleton();
        }
        else
        {
            GoTo(ClusterSingletonState.WasOldest, CurrentData);
            Manager(_seniority.Successor).Tell(new SingletonMessage.TakeOverFromMe(), Self);
            StartRetries();
        }
    }

    private void OnManager(IClusterSingletonMessage message)
    {
        switch (message)
        {
            case SingletonMessage.HandOverToMe:
                OnHandOverToMe(Sender);
                break;
            case SingletonMessage.TakeOverFromMe when CurrentState == ClusterSingletonState.BecomingOldest:
                Sender.Tell(new SingletonMessage.HandOverToMe(), Self);
                break;
            case SingletonMessage.HandOverInProgress when CurrentState == ClusterSingletonState.BecomingOldest:
                _log.Info("Hand-over in progress at [{0}]", Sender.Path.Address);
                break;
            case SingletonMessage.HandOverDone when CurrentState == ClusterSingletonState.BecomingOldest:
                OnHandOverDone(Sender.Path.Address);
                break;
        }
    }

    private void OnHandOverToMe(IActorRef next)
    {
        switch (CurrentState)
        {
            case ClusterSingletonState.Oldest or ClusterSingletonState.WasOldest when CurrentData is SingletonData.Running running:
                StopRetries();
                next.Tell(new SingletonMessage.HandOverInProgress(), Self);
                _log.Info("Singleton manager is handing over to [{0}]", next.Path.Address);
                GoTo(ClusterSingletonState.HandingOver, new SingletonData.Handing(running.Singleton, next));
                running.Singleton.Tell(_terminationMessage, Self);
                break;
            case ClusterSingletonState.HandingOver when CurrentData is SingletonData.Handing handing:
                GoTo(ClusterSingletonState.HandingOver, handing with { To = next });
                next.Tell(new SingletonMessage.HandOverInProgress(), Self);
                break;
            case ClusterSingletonState.Stopping or ClusterSingletonState.Start:
                break; // It will ask again, and then the answer is known.
            case ClusterSingletonState.BecomingOldest when !_seniority.IsExiting:
                break; // One of the two does not know yet what the other does; it will be clear when it asks again.
            default:
                next.Tell(new SingletonMessage.HandOverDone(), Self);
                break;
        }
    }

    private void OnHandOverDone(Address from)
    {
        foreach (var member in _seniority.Older.Where(m => m.Address.Equals(from)).ToArray())
            _seniority = _seniority.Forget(member.UniqueAddress);
    }

    private void OnTerminated(IActorRef actor)
    {
        switch (CurrentData)
        {
            case SingletonData.Handing handing when handing.Singleton.Equals(actor):
                handing.To?.Tell(new SingletonMessage.HandOverDone(), Self);
                var isLeaving = _seniority.IsExiting || _isEnding;
                GoTo(isLeaving ? ClusterSingletonState.End : ClusterSingletonState.Younger, SingletonData.None.Instance);
                if (!isLeaving) _seniority = _seniority.Forget(_cluster.SelfUniqueAddress); // It gave the place away.
                break;
            case SingletonData.Running running when running.Singleton.Equals(actor):
                _log.Info("Singleton actor [{0}] was terminated", actor.Path);
                GoTo(CurrentState, SingletonData.None.Instance);
                if (CurrentState == ClusterSingletonState.WasOldest) GoTo(ClusterSingletonState.End, SingletonData.None.Instance);
                break;
        }
    }

    /// <summary>The singleton ends and nobody waits for it.</summary>
    private void EndSingleton()
    {
        StopRetries();
        if (CurrentData is not SingletonData.Running running) return;
        GoTo(ClusterSingletonState.Stopping, new SingletonData.Handing(running.Singleton, null));
        running.Singleton.Tell(_terminationMessage, Self);
    }

    private void OnMembershipEnded() => _isEnding = true;

    private void AskForHandOver()
    {
        foreach (var member in _seniority.Older)
        {
            if (!_seniority.Removed.Contains(member.UniqueAddress)) Manager(member).Tell(new SingletonMessage.HandOverToMe(), Self);
        }
    }

    private void OnRetry()
    {
        _retries++;
        if (CurrentState == ClusterSingletonState.BecomingOldest)
        {
            if (_retries > _handOverRetriesMax)
            {
                throw new ClusterSingletonManagerIsStuckException(
                    $"Becoming oldest is stuck: the older members [{string.Join(", ", _seniority.Older)}] did not hand over");
            }

            AskForHandOver();
        }
        else if (CurrentState == ClusterSingletonState.WasOldest)
        {
            if (_retries > _takeOverRetriesMax || _seniority.Successor is not { } successor)
                EndSingleton(); // Nobody asks for it, and this node must go.
            else
                Manager(successor).Tell(new SingletonMessage.TakeOverFromMe(), Self);
        }
    }

    private void StartRetries()
    {
        StopRetries();
        _retry = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            _settings.HandOverRetryInterval, _settings.HandOverRetryInterval, Self, Retry.Instance, Self);
    }

    private void StopRetries()
    {
        _retries = 0;
        _retry?.Cancel();
        _retry = null;
    }

    private IActorRef Manager(Member member) => _cluster.RefOn(member.Address, [.. Self.Path.Elements]);

    private void TellHandedOver()
    {
        foreach (var waiting in _handedOver)
            waiting.TrySetResult();
        _handedOver.Clear();
    }
}
