#nullable enable
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Runs tasks as system messages of one cell, so that what follows an await in a handler has the actor to itself.</summary>
internal sealed class ActorTaskScheduler(ActorCell cell) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task) => cell.SendSystemMessage(new ActorTask(() => Execute(task)));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        ReferenceEquals(ActorCell.Current, cell) && !taskWasPreviouslyQueued && Execute(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    /// <summary>An await prefers the synchronization context to this scheduler; a thread borrowed from a test may have one.</summary>
    private bool Execute(Task task)
    {
        if (SynchronizationContext.Current is not { } outer)
            return TryExecuteTask(task);

        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return TryExecuteTask(task);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }
}
