#nullable enable

using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>
/// Starts the actor system with the host and stops it through <see cref="CoordinatedShutdown"/>; and stops the host when the system ends
/// by itself, with exit code -1 if the cluster removed it.
/// </summary>
/// <remarks>The shutdown is not cut short by the host: its shutdown timeout should exceed the sum of the phases.</remarks>
public class AkkaHostedService : IHostedService
{
    protected readonly AkkaConfigurationBuilder ConfigurationBuilder;
    protected readonly IServiceProvider ServiceProvider;
    protected readonly ILogger<AkkaHostedService> Logger;
    protected readonly IHostApplicationLifetime? HostApplicationLifetime;
    protected ActorSystem? ActorSystem;
    protected CoordinatedShutdown? CoordinatedShutdown;

    public AkkaHostedService(
        AkkaConfigurationBuilder configurationBuilder,
        IServiceProvider serviceProvider,
        ILogger<AkkaHostedService> logger,
        IHostApplicationLifetime? applicationLifetime)
    {
        ConfigurationBuilder = configurationBuilder;
        ServiceProvider = serviceProvider;
        Logger = logger;
        HostApplicationLifetime = applicationLifetime;
    }

    /// <summary>
    /// Creates the system, runs the starters one after the other in the order in which they were added, then the startup tasks.
    /// </summary>
    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            ActorSystem = ServiceProvider.GetRequiredService<ActorSystem>();
            CoordinatedShutdown = CoordinatedShutdown.Get(ActorSystem);
            await ConfigurationBuilder.Start(ActorSystem).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Logger.LogCritical(e, "The actor system could not be started");
            throw;
        }

        _ = ActorSystem.WhenTerminated.ContinueWith(_ => OnTerminated(), TaskScheduler.Default);
    }

    /// <summary>Runs <see cref="CoordinatedShutdown"/>, or waits for it when it runs already.</summary>
    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (CoordinatedShutdown is not null)
            await CoordinatedShutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).ConfigureAwait(false);
    }

    private void OnTerminated()
    {
        if (CoordinatedShutdown!.ShutdownReason is CoordinatedShutdown.ClusterDowningReason or CoordinatedShutdown.ClusterLeavingReason)
            Environment.ExitCode = -1;
        HostApplicationLifetime?.StopApplication();
    }
}
