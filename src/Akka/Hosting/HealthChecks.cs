#nullable enable

using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Akka.Hosting;

/// <summary>Adds health checks of an actor system to those of its host.</summary>
public static class AkkaHealthCheckExtensions
{
    /// <summary>Adds a check.</summary>
    /// <param name="builder">What it is added to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="healthCheck">Looks at the system and says how it is.</param>
    /// <param name="failureStatus">What a check counts as that throws; unhealthy if not given.</param>
    /// <param name="tags">What endpoints select checks by.</param>
    /// <param name="timeout">How long it may take; without limit if not given.</param>
    public static AkkaConfigurationBuilder WithHealthCheck(
        this AkkaConfigurationBuilder builder,
        string name,
        Func<ActorSystem, ActorRegistry, CancellationToken, Task<HealthCheckResult>> healthCheck,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        builder.HealthChecks.Add(new HealthCheckRegistration(
            name,
            services => new Check(services.GetRequiredService<ActorSystem>(), healthCheck),
            failureStatus,
            tags,
            timeout));
        return builder;
    }

    /// <summary>Adds the check that the actor system runs; its tags are <c>akka</c> and <c>liveness</c> if none are given.</summary>
    public static AkkaConfigurationBuilder WithActorSystemLivenessCheck(
        this AkkaConfigurationBuilder builder, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null) =>
        builder.WithHealthCheck(
            "akka.actorsystem",
            (system, _, _) => Task.FromResult(system.WhenTerminated.IsCompleted
                ? new HealthCheckResult(failureStatus ?? HealthStatus.Unhealthy, "the actor system has terminated")
                : HealthCheckResult.Healthy("the actor system is running")),
            failureStatus,
            tags ?? ["akka", "liveness"]);

    private sealed class Check(ActorSystem system, Func<ActorSystem, ActorRegistry, CancellationToken, Task<HealthCheckResult>> look)
        : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            look(system, ActorRegistry.For(system), cancellationToken);
    }
}
