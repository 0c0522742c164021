using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Stops an actor system in phases. Whoever has something to do before the end adds a task to the phase where it belongs; the tasks of a
/// phase run side by side, and the next phase begins when all are done or the phase's time is over. The phases, their order and their
/// times are in <c>akka.coordinated-shutdown.phases</c>.
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ShutdownPhase> _phases;
    private readonly List<ShutdownPhase> _ordered;
    private readonly TaskCompletionSource<Done> _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILoggingAdapter _log;
    private volatile Reason _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system, Config settings)
    {
        System = system;
        _log = Logging.GetLogger(system, this);
        _ordered = ShutdownPhase.InOrder(settings);
        _phases = _ordered.ToDictionary(phase => phase.Name);
    }

    public ExtendedActorSystem System { get; }

    /// <summary>Why it runs, or null while it does not.</summary>
    public Reason ShutdownReason => _reason;

    /// <summary>How long the whole may take at worst.</summary>
    public TimeSpan TotalTimeout => _ordered.Aggregate(TimeSpan.Zero, (total, phase) => total + phase.Timeout);

    public static CoordinatedShutdown Get(ActorSystem sys) => sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    /// <summary>
    /// Adds a task to a phase. One added to a phase that has begun does not run, unless that phase is the one that is running and the
    /// task is added before it looks.
    /// </summary>
    /// <param name="phase">One of the phases of the configuration.</param>
    /// <param name="taskName">For the log.</param>
    /// <param name="task">Starts the task; it runs on a thread of the pool.</param>
    /// <exception cref="ArgumentException">There is no such phase, or the task has no name.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        ArgumentException.ThrowIfNullOrEmpty(taskName);
        ArgumentNullException.ThrowIfNull(task);
        var target = PhaseOf(phase);
        lock (_gate)
            target.Tasks.Add((taskName, task));
    }

    /// <summary>How long the tasks of a phase may take.</summary>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public TimeSpan Timeout(string phase) => PhaseOf(phase).Timeout;

    /// <summary>
    /// Runs the phases. Only the first call does; every call returns the same task, and the first reason is the one that counts.
    /// </summary>
    /// <param name="reason">Why.</param>
    /// <param name="fromPhase">The first phase that runs; all if not given.</param>
    /// <returns>Completes after the last phase. Fails with what a task of a phase without <c>recover</c> failed with.</returns>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public Task<Done> Run(Reason reason, string fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        var first = fromPhase is null ? 0 : _ordered.IndexOf(PhaseOf(fromPhase));
        lock (_gate)
        {
            if (_reason is not null)
                return _finished.Task;
            _reason = reason;
        }

        // Away from whoever calls: an actor that awaits in its own context would keep the tasks from going on when it stops.
        _ = Task.Run(() => RunPhases(_ordered[first..]));
        return _finished.Task;
    }

    private ShutdownPhase PhaseOf(string name) =>
        name is not null && _phases.TryGetValue(name, out var phase)
            ? phase
            : throw new ArgumentException($"there is no phase '{name}'; known are {string.Join(", ", _ordered.Select(one => one.Name))}");

    private async Task RunPhases(IEnumerable<ShutdownPhase> phases)
    {
        try
        {
            _log.Info("Running CoordinatedShutdown with reason [{0}]", _reason);
            foreach (var phase in phases)
                await RunPhase(phase).ConfigureAwait(false);
            _finished.TrySetResult(Done.Instance);
        }
        catch (Exception e)
        {
            _log.Error(e, "CoordinatedShutdown stopped before its end");
            _finished.TrySetException(e);
        }
    }

    private async Task RunPhase(ShutdownPhase phase)
    {
        List<(string Name, Func<Task<Done>> Start)> tasks;
        lock (_gate)
            tasks = [.. phase.Tasks];
        if (tasks.Count == 0)
            return;
        if (!phase.IsEnabled)
        {
            _log.Info("Phase [{0}] is disabled, skipping its {1} tasks", phase.Name, tasks.Count);
            return;
        }

        _log.Debug("Phase [{0}] runs {1} tasks", phase.Name, tasks.Count);
        var running = tasks.ConvertAll(task => RunTask(phase, task.Name, task.Start));
        try
        {
            await Task.WhenAll(running).WaitAsync(phase.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (running.Exists(task => !task.IsCompleted))
        {
            var late = string.Join(", ", tasks.Where((_, i) => !running[i].IsCompleted).Select(task => task.Name));
            if (!phase.Recovers)
                throw new TimeoutException($"the phase {phase.Name} took longer than {phase.Timeout.TotalSeconds} s: {late}");
            _log.Warning("Phase [{0}] took longer than {1} s, going on without [{2}]", phase.Name, phase.Timeout.TotalSeconds, late);
        }
    }

    private async Task RunTask(ShutdownPhase phase, string name, Func<Task<Done>> start)
    {
        try
        {
            await Task.Run(start).ConfigureAwait(false);
        }
        catch (Exception e) when (phase.Recovers)
        {
            _log.Warning(e, "Task [{0}] of phase [{1}] failed", name, phase.Name);
        }
    }

    /// <summary>Why a system is shut down.</summary>
    public class Reason
    {
        protected Reason()
        {
        }

        /// <summary>What the process ends with when <c>exit-clr</c> is on.</summary>
        internal virtual int ExitCode => 0;

        public override string ToString() => GetType().Name;
    }

    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }

        internal override int ExitCode => 1;
    }

    /// <summary><see cref="ActorSystem.Terminate"/> was called.</summary>
    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    /// <summary>The process was asked to stop.</summary>
    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }

    /// <summary>The cluster removed this node because it could not be reached.</summary>
    public class ClusterDowningReason : Reason
    {
        public static readonly Reason Instance = new ClusterDowningReason();

        private ClusterDowningReason()
        {
        }

        internal override int ExitCode => 3;
    }

    /// <summary>This node left the cluster because somebody told it to.</summary>
    public class ClusterLeavingReason : Reason
    {
        public static readonly Reason Instance = new ClusterLeavingReason();

        private ClusterLeavingReason()
        {
        }
    }

    /// <summary>No seed node let this node in.</summary>
    public class ClusterJoinUnsuccessfulReason : Reason
    {
        public static readonly Reason Instance = new ClusterJoinUnsuccessfulReason();

        private ClusterJoinUnsuccessfulReason()
        {
        }

        internal override int ExitCode => 4;
    }
}
