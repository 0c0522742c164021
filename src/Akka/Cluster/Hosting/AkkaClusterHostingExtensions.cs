#nullable enable

using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Akka.DependencyInjection;
using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Akka.Cluster.Hosting;

/// <summary>Makes an actor system in a host a member of a cluster.</summary>
public static class AkkaClusterHostingExtensions
{
    /// <summary>Turns clustering on. What is set lies over what was configured before; the rest stays.</summary>
    public static AkkaConfigurationBuilder WithClustering(this AkkaConfigurationBuilder builder, ClusterOptions? options = null)
    {
        if (options is not null)
        {
            builder.AddHocon(options.ToHocon().ToString(), HoconAddMode.Prepend);
            options.SplitBrainResolver?.Apply(builder);
        }

        return builder.WithActorRefProvider(ProviderSelection.Cluster.Instance);
    }

    /// <summary>Runs an actor once in the cluster.</summary>
    /// <typeparam name="TKey">The key of its proxy in the registry.</typeparam>
    /// <param name="builder">What it is added to.</param>
    /// <param name="singletonName">The manager is <c>/user/name</c>, the singleton <c>/user/name/name</c>.</param>
    /// <param name="actorProps">The singleton.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="createProxyToo">Whether a proxy is started here and registered: <c>/user/name-proxy</c>.</param>
    public static AkkaConfigurationBuilder WithSingleton<TKey>(
        this AkkaConfigurationBuilder builder,
        string singletonName,
        Props actorProps,
        ClusterSingletonOptions? options = null,
        bool createProxyToo = true) =>
        builder.WithSingleton<TKey>(singletonName, (_, _, _) => actorProps, options, createProxyToo);

    /// <inheritdoc cref="WithSingleton{TKey}(AkkaConfigurationBuilder, string, Props, ClusterSingletonOptions, bool)"/>
    /// <param name="propsFactory">Makes the singleton.</param>
    public static AkkaConfigurationBuilder WithSingleton<TKey>(
        this AkkaConfigurationBuilder builder,
        string singletonName,
        Func<ActorSystem, IActorRegistry, IDependencyResolver, Props> propsFactory,
        ClusterSingletonOptions? options = null,
        bool createProxyToo = true) =>
        builder.WithActors((system, registry, resolver) =>
        {
            var settings = ClusterSingletonManagerSettings.Create(system).WithSingletonName(singletonName);
            if (!string.IsNullOrEmpty(options?.Role))
                settings = settings.WithRole(options.Role);
            var props = propsFactory(system, registry, resolver);
            var manager = options?.TerminationMessage is { } farewell
                ? ClusterSingletonManager.Props(props, farewell, settings)
                : ClusterSingletonManager.Props(props, settings);
            system.ActorOf(manager, singletonName);
            if (createProxyToo)
                StartProxy<TKey>(system, registry, singletonName, options, singletonManagerPath: null);
        });

    /// <summary>Reaches an actor that runs once in the cluster, on other nodes.</summary>
    /// <typeparam name="TKey">The key of the proxy in the registry.</typeparam>
    /// <param name="builder">What it is added to.</param>
    /// <param name="singletonName">The proxy is <c>/user/name-proxy</c>.</param>
    /// <param name="options">How the singleton runs: the same role as there.</param>
    /// <param name="singletonManagerPath">Where its managers are; <c>/user/name</c> if not given.</param>
    public static AkkaConfigurationBuilder WithSingletonProxy<TKey>(
        this AkkaConfigurationBuilder builder,
        string singletonName,
        ClusterSingletonOptions? options = null,
        string? singletonManagerPath = null) =>
        builder.WithActors((system, registry) => StartProxy<TKey>(system, registry, singletonName, options, singletonManagerPath));

    /// <summary>
    /// Adds the check that this node is a member of the cluster; its tags are <c>akka</c>, <c>ready</c> and <c>akka.cluster</c>.
    /// </summary>
    public static AkkaConfigurationBuilder WithAkkaClusterReadinessCheck(
        this AkkaConfigurationBuilder builder, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null) =>
        builder.WithHealthCheck(
            "akka.cluster.join",
            (system, _, _) =>
            {
                var status = Cluster.Get(system).SelfMember.Status;
                return Task.FromResult(status is MemberStatus.Up or MemberStatus.WeaklyUp
                    ? HealthCheckResult.Healthy($"this node is {status}")
                    : new HealthCheckResult(failureStatus ?? HealthStatus.Unhealthy, $"this node is {status}"));
            },
            failureStatus,
            tags ?? ["akka", "ready", "akka.cluster"]);

    private static void StartProxy<TKey>(
        ActorSystem system, IActorRegistry registry, string singletonName, ClusterSingletonOptions? options, string? singletonManagerPath)
    {
        var settings = ClusterSingletonProxySettings.Create(system).WithSingletonName(singletonName);
        if (!string.IsNullOrEmpty(options?.Role))
            settings = settings.WithRole(options.Role);
        if (options?.BufferSize is { } bufferSize)
            settings = settings.WithBufferSize(bufferSize);
        var proxy = ClusterSingletonProxy.Props(singletonManagerPath ?? $"/user/{singletonName}", settings);
        registry.Register<TKey>(system.ActorOf(proxy, $"{singletonName}-proxy"));
    }
}
