using System.Collections.Concurrent;
using Akka;
using Akka.Actor;

namespace AkkaContract.Hosting;

public sealed class CoordinatedShutdownTests : IAsyncLifetime
{
    private const string Hocon = """
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.coordinated-shutdown {
          run-by-clr-shutdown-hook = off
          phases {
            quick { timeout = 200ms, depends-on = [before-service-unbind] }
            strict { timeout = 200ms, recover = off, depends-on = [quick] }
            last { depends-on = [actor-system-terminate, strict] }
          }
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create("shutdown", Hocon);
    private readonly ConcurrentQueue<string> _ran = new();

    private CoordinatedShutdown Shutdown => CoordinatedShutdown.Get(_system);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        // A shutdown that stopped half-way does not terminate the system, and fails this too.
        await Task.WhenAny(_system.Terminate(), Task.Delay(TimeSpan.FromSeconds(1)));
        _ = Record.Exception(_system.Dispose);
    }

    [Fact]
    public async Task Phases_run_in_their_order()
    {
        string[] phases =
        [
            CoordinatedShutdown.PhaseBeforeServiceUnbind,
            CoordinatedShutdown.PhaseServiceUnbind,
            CoordinatedShutdown.PhaseServiceRequestsDone,
            CoordinatedShutdown.PhaseServiceStop,
            CoordinatedShutdown.PhaseBeforeClusterShutdown,
            CoordinatedShutdown.PhaseClusterShardingShutdownRegion,
            CoordinatedShutdown.PhaseClusterLeave,
            CoordinatedShutdown.PhaseClusterExiting,
            CoordinatedShutdown.PhaseClusterExitingDone,
            CoordinatedShutdown.PhaseClusterShutdown,
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate,
            CoordinatedShutdown.PhaseActorSystemTerminate,
        ];
        foreach (var phase in phases.Reverse())
            Note(phase, phase);

        await Shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);

        Assert.Equal(phases, _ran);
    }

    [Fact]
    public async Task The_tasks_of_a_phase_run_side_by_side()
    {
        var met = new TaskCompletionSource<Done>();
        Shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "waits", () => met.Task);
        Shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "comes", () =>
        {
            met.SetResult(Done.Instance);
            return Task.FromResult(Done.Instance);
        });

        await Shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);

        Assert.True(met.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_phase_that_is_late_or_fails_does_not_hold_up_the_next()
    {
        Shutdown.AddTask("quick", "never", () => new TaskCompletionSource<Done>().Task);
        Shutdown.AddTask("quick", "fails", () => Task.FromException<Done>(new InvalidOperationException("no")));
        Shutdown.AddTask("quick", "throws", () => throw new InvalidOperationException("no"));
        Note("strict", "next");

        await Shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);

        Assert.Equal(["next"], _ran);
    }

    [Fact]
    public async Task A_phase_that_may_not_fail_ends_the_shutdown()
    {
        Shutdown.AddTask("strict", "fails", () => Task.FromException<Done>(new InvalidOperationException("no")));
        Note("last", "too late");

        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => Shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience));

        Assert.IsNotType<TimeoutException>(error);
        Assert.Empty(_ran);
    }

    [Fact]
    public async Task It_runs_once_and_the_first_reason_counts()
    {
        Note(CoordinatedShutdown.PhaseServiceStop, "once");
        Assert.Null(Shutdown.ShutdownReason);

        var first = Shutdown.Run(CoordinatedShutdown.ClusterDowningReason.Instance);
        var second = Shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        await Task.WhenAll(first, second).WaitAsync(Patience);

        Assert.Equal(["once"], _ran);
        Assert.Same(CoordinatedShutdown.ClusterDowningReason.Instance, Shutdown.ShutdownReason);
    }

    [Fact]
    public async Task Terminating_the_system_runs_it()
    {
        Note(CoordinatedShutdown.PhaseBeforeServiceUnbind, "first");

        await _system.Terminate().WaitAsync(Patience);

        Assert.Equal(["first"], _ran);
        Assert.Same(CoordinatedShutdown.ActorSystemTerminateReason.Instance, Shutdown.ShutdownReason);
    }

    [Fact]
    public async Task It_may_start_at_a_later_phase()
    {
        Note(CoordinatedShutdown.PhaseServiceUnbind, "skipped");
        Note(CoordinatedShutdown.PhaseServiceStop, "ran");

        await Shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseServiceStop).WaitAsync(Patience);

        Assert.Equal(["ran"], _ran);
    }

    [Fact]
    public void A_phase_has_the_time_that_is_configured()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(200), Shutdown.Timeout("quick"));
        Assert.Equal(TimeSpan.FromSeconds(5), Shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        Assert.Equal(TimeSpan.FromSeconds(10), Shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate));
    }

    [Fact]
    public void A_task_for_no_phase_is_refused() =>
        Assert.ThrowsAny<Exception>(() => Shutdown.AddTask("no-such-phase", "task", () => Task.FromResult(Done.Instance)));

    private void Note(string phase, string word) =>
        Shutdown.AddTask(phase, word, () =>
        {
            _ran.Enqueue(word);
            return Task.FromResult(Done.Instance);
        });
}
