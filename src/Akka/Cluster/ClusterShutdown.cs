#nullable enable
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>
/// What the coordinated shutdown does about the membership: leave, wait until everybody knows, say goodbye when everything has
/// been handed over, wait until the cluster's actors are gone. A node that is Down or no member has nobody to wait for.
/// </summary>
internal static class ClusterShutdown
{
    public static void AddTasks(Cluster cluster)
    {
        var shutdown = CoordinatedShutdown.Get(cluster.System);
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterLeave, "leave", () =>
            IsOver(cluster) ? Done : Ask(cluster, left => new ClusterCommand.LeaveSelf(left)));
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExiting, "wait-exiting", () =>
            IsOver(cluster) || cluster.SelfMember.Status == MemberStatus.Removed ? Done : When(cluster.SelfExiting.Task));
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExitingDone, "exiting-completed", () =>
            IsOver(cluster) ? Done : Ask(cluster, confirmed => new ClusterCommand.ExitingCompleted(confirmed)));
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterShutdown, "wait-shutdown", () => When(cluster.Ended));
    }

    private static Task<Done> Done => Task.FromResult(Akka.Done.Instance);

    private static bool IsOver(Cluster cluster) => cluster.IsTerminated || cluster.SelfMember.Status == MemberStatus.Down;

    private static Task<Done> Ask(Cluster cluster, Func<TaskCompletionSource, object> command)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Tell(command(answer));

        // The daemon may end before it reads the question, and then nobody else will answer it.
        return When(Task.WhenAny(answer.Task, cluster.Ended));
    }

    private static async Task<Done> When(Task task)
    {
        await task.ConfigureAwait(false);
        return Akka.Done.Instance;
    }
}
