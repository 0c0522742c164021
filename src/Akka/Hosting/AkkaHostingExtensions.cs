#nullable enable

using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Akka.Hosting;

/// <summary>Puts an actor system into a host, and says what it is made of.</summary>
public static class AkkaHostingExtensions
{
    /// <summary>
    /// Adds an actor system to the host: it starts and stops with it, and <see cref="ActorSystem"/>, <see cref="ActorRegistry"/> and
    /// <see cref="IRequiredActor{TActor}"/> can be injected.
    /// </summary>
    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder> builder) =>
        services.AddAkka(actorSystemName, (configuration, _) => builder(configuration));

    /// <inheritdoc cref="AddAkka(IServiceCollection, string, Action{AkkaConfigurationBuilder})"/>
    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder, IServiceProvider> builder) =>
        services.AddAkka<AkkaHostedService>(actorSystemName, builder);

    /// <inheritdoc cref="AddAkka(IServiceCollection, string, Action{AkkaConfigurationBuilder})"/>
    /// <typeparam name="T">The service that starts and stops the system.</typeparam>
    public static IServiceCollection AddAkka<T>(
        this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder, IServiceProvider> builder)
        where T : AkkaHostedService
    {
        services.AddSingleton(provider =>
        {
            var configuration = new AkkaConfigurationBuilder(services, actorSystemName);
            builder(configuration, provider);
            return configuration;
        });
        services.AddSingleton(provider => provider.GetRequiredService<AkkaConfigurationBuilder>().Build(provider));
        services.AddSingleton(provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        services.AddSingleton<IActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton<IReadOnlyActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
        services.AddOptions<HealthCheckServiceOptions>().Configure<AkkaConfigurationBuilder>((options, configuration) =>
        {
            foreach (var check in configuration.HealthChecks)
                options.Registrations.Add(check);
        });
        services.AddHostedService<T>();
        return services;
    }

    /// <summary>Adds settings.</summary>
    /// <param name="builder">What they are added to.</param>
    /// <param name="hocon">The settings; HOCON text will do.</param>
    /// <param name="addMode">Whether they lie over or under those that were added before.</param>
    public static AkkaConfigurationBuilder AddHocon(this AkkaConfigurationBuilder builder, Config hocon, HoconAddMode addMode) =>
        builder.AddConfig(hocon, addMode);

    /// <summary>Adds settings of the host, environment variables among them.</summary>
    /// <param name="builder">What they are added to.</param>
    /// <param name="configuration">A section keeps its path: the section <c>akka</c> holds what is under <c>akka</c>.</param>
    /// <param name="addMode">Whether they lie over or under those that were added before.</param>
    /// <param name="normalizeKeys">Whether keys become lower-case with dashes for underscores, which the names of variables need.</param>
    public static AkkaConfigurationBuilder AddHocon(
        this AkkaConfigurationBuilder builder, IConfiguration configuration, HoconAddMode addMode, bool normalizeKeys = true) =>
        builder.AddConfig(configuration.ToHocon(normalizeKeys), addMode);

    /// <summary>Adds the settings of a HOCON file.</summary>
    public static AkkaConfigurationBuilder AddHoconFile(
        this AkkaConfigurationBuilder builder, string hoconFilePath, HoconAddMode addMode) =>
        builder.AddConfig(ConfigurationFactory.ParseString(File.ReadAllText(hoconFilePath)), addMode);

    /// <summary>Adds settings that are an object.</summary>
    public static AkkaConfigurationBuilder AddSetup(this AkkaConfigurationBuilder builder, Setup setup) => builder.AddSetup(setup);

    /// <summary>Says how far actor references reach, over what the configuration says.</summary>
    public static AkkaConfigurationBuilder WithActorRefProvider(
        this AkkaConfigurationBuilder builder, ProviderSelection providerSelection) => builder.SetProvider(providerSelection);

    /// <summary>Starts actors, after those that were added before.</summary>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry> actorStarter) => builder.StartActors(actorStarter);

    /// <inheritdoc cref="WithActors(AkkaConfigurationBuilder, Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry, IDependencyResolver> actorStarter) =>
        builder.StartActors(actorStarter);

    /// <inheritdoc cref="WithActors(AkkaConfigurationBuilder, Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarter actorStarter) =>
        builder.StartActors(actorStarter);

    /// <inheritdoc cref="WithActors(AkkaConfigurationBuilder, Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarterWithResolver actorStarter) =>
        builder.StartActors(actorStarter);
}
