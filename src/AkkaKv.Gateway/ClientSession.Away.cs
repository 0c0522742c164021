namespace AkkaKv.Gateway;

/// <summary>The part of a session that takes long, and runs on the thread pool so that it keeps no other session waiting.</summary>
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
}
