using AkkaKv.Core;

namespace AkkaKv.Gateway;

/// <summary>
/// What a session waits for beside its client: the replica's answer, and the end of what takes long, which runs on the thread pool so that
/// it keeps no other session waiting.
/// </summary>
internal sealed partial class ClientSession : IThreadPoolWorkItem
{
    private bool _wantsStore;

    /// <summary>Runs on the thread pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            if (_capture is not null)
                FinishRead(_call.Status);
            else
                _wantsStore = AnswerLong() == Step.AskStore;
        }
        catch (Exception failure)
        {
            _failure = failure; // The loop ends the session, as it does when this happens there.
        }

        Post(Signals.Returned);
    }

    private void GoAway()
    {
        _phase = Phase.Away;
        _wantsStore = false;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Hands the run of writes to the replica.</summary>
    /// <returns>False when there is an answer to wait for.</returns>
    private bool Submit()
    {
        if (_run.Count == 0)
        {
            _run.WriteReplies(Replies, ReplyStatus.Committed, default);
            return true;
        }

        _phase = Phase.Asking;
        Volatile.Write(ref _giveUpAt, Loop.Now + _giveUpMilliseconds);
        var count = _run.Count;
        _call.Submit(Gateway.KeyValue, _run.Take(), count);
        return false;
    }

    private void Ask(ReadScope scope)
    {
        _phase = Phase.Asking;
        Volatile.Write(ref _giveUpAt, Loop.Now + _giveUpMilliseconds);
        _call.Read(Gateway.KeyValue, scope, CurrentKey(scope));
    }

    /// <summary>The replica has answered, or the thread pool is done.</summary>
    private void Resume()
    {
        if (_isHungUp)
        {
            Finish(_failure);
            return;
        }

        var was = _phase;
        if (was is not (Phase.Asking or Phase.Away))
            return; // It was not waited for any more.

        BeginTurn();
        _phase = Phase.Running;
        if (was == Phase.Away)
        {
            if (_failure is not null)
                End(_failure);
            else if (_wantsStore)
                Ask(ReadScope.WholeStore);
            else
                Continue();
            return;
        }

        Volatile.Write(ref _giveUpAt, Never);
        if (_capture is not null)
        {
            GoAway();
            return;
        }

        if (_call.IsRead)
            FinishRead(_call.Status);
        else
            _run.WriteReplies(Replies, _call.Status, _call.Results.Span);
        Continue();
    }
}
