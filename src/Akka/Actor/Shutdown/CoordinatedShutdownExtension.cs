using System.Runtime.InteropServices;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Makes the <see cref="CoordinatedShutdown"/> of a system, with the last phase and the hooks that its settings ask for.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system)
    {
        var settings = system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        var shutdown = new CoordinatedShutdown(system, settings);
        AddTermination(shutdown, settings);
        if (settings.GetBoolean("run-by-clr-shutdown-hook"))
            RunWhenTheProcessStops(shutdown);
        return shutdown;
    }

    private static void AddTermination(CoordinatedShutdown shutdown, Config settings)
    {
        var terminates = settings.GetBoolean("terminate-actor-system");
        var exits = settings.GetBoolean("exit-clr");
        if (!terminates && !exits)
            return;

        shutdown.AddTask(CoordinatedShutdown.PhaseActorSystemTerminate, "terminate-system", async () =>
        {
            if (terminates)
                await ((ActorSystemImpl)shutdown.System).FinalTerminate().ConfigureAwait(false);

            // From another thread: the exit runs the hook below, which waits for this task.
            if (exits)
                _ = Task.Run(() => Environment.Exit(shutdown.ShutdownReason.ExitCode));
            return Done.Instance;
        });
    }

    /// <summary>Runs it on SIGTERM and at the end of Main, and keeps the process alive until it is through.</summary>
    private static void RunWhenTheProcessStops(CoordinatedShutdown shutdown)
    {
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;

        // Since .NET 10 the runtime does not turn SIGTERM into ProcessExit any more.
        var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => RunAndWait());
        shutdown.System.WhenTerminated.ContinueWith(
            _ =>
            {
                AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
                signal.Dispose();
            },
            TaskScheduler.Default);

        void OnProcessExit(object sender, EventArgs e) => RunAndWait();

        void RunAndWait()
        {
            try
            {
                shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).Wait(shutdown.TotalTimeout);
            }
            catch (AggregateException e)
            {
                shutdown.System.Log.Error(e, "CoordinatedShutdown failed while the process was stopping");
            }
        }
    }
}
