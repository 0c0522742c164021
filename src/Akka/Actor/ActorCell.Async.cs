#nullable enable
using System.Runtime.ExceptionServices;
using Akka.Dispatch;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private ActorTaskScheduler? _taskScheduler;

    /// <summary>The asynchronous handler that is under way; no other mail is handled until it is done.</summary>
    private Task? _awaiting;

    /// <summary>
    /// Runs a handler whose awaits come back to this cell's turn. A handler that is done at once costs no suspension, and its
    /// exception is thrown here, like that of any other handler.
    /// </summary>
    public void RunTask(Func<Task> action)
    {
        var scheduler = _taskScheduler ??= new ActorTaskScheduler(this);
        var start = new Task<Task>(action);
        start.RunSynchronously(scheduler);
        if (start.IsFaulted)
            ExceptionDispatchInfo.Throw(start.Exception!.InnerException!);

        var task = start.GetAwaiter().GetResult() ?? Task.CompletedTask;
        if (task.IsCompleted)
        {
            task.GetAwaiter().GetResult();
            return;
        }

        _awaiting = task;
        Mailbox.Suspend();
        _ = task.ContinueWith(
            static (done, cell) => ((ActorCell)cell!).FinishAsyncRun(done),
            this,
            CancellationToken.None,
            TaskContinuationOptions.None,
            scheduler);
    }

    private void FinishAsyncRun(Task done)
    {
        if (_awaiting != done)
            return; // Of an actor that was restarted or stopped meanwhile.

        _awaiting = null;
        Mailbox.Resume();
        if (_receiveTimeout is not null)
            RearmReceiveTimeout();
        if (done.IsCompletedSuccessfully)
            ClearMessage();
        else
            HandleFailureOf(done.Exception?.InnerException ?? new TaskCanceledException(done));
    }

    /// <summary>The actor goes away under its handler: what the handler still does concerns nobody.</summary>
    private void AbandonAsyncRun()
    {
        if (_awaiting is null)
            return;

        _awaiting = null;
        Mailbox.Resume();
    }
}
