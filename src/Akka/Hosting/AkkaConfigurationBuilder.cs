#nullable enable

using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting.Logging;
using Akka.Serialization;
using Akka.Util;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Akka.Hosting;

/// <summary>Collects what an actor system in a host is made of: configuration, setups, serializers, and what is started in it.</summary>
public sealed class AkkaConfigurationBuilder
{
    internal readonly HashSet<Setup> Setups = [];

    private readonly List<ActorStarterWithResolver> _starters = [];
    private readonly List<StartupTask> _startupTasks = [];
    private readonly List<SerializerRegistration> _serializers = [];
    private readonly List<Type> _extensions = [];

    /// <param name="serviceCollection">The services of the host.</param>
    /// <param name="actorSystemName">The name of the system, which all nodes of a cluster share.</param>
    public AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
    {
        ServiceCollection = serviceCollection;
        ActorSystemName = actorSystemName;
    }

    /// <summary>What was added so far.</summary>
    public Option<Config> Configuration { get; private set; } = Option<Config>.None;

    /// <summary>How far actor references reach, if it was said in code.</summary>
    public Option<ProviderSelection> ActorRefProvider { get; private set; } = Option<ProviderSelection>.None;

    internal IServiceCollection ServiceCollection { get; }

    internal string ActorSystemName { get; }

    /// <summary>Registered with the host's health checks under their names.</summary>
    internal List<HealthCheckRegistration> HealthChecks { get; } = [];

    /// <summary>Starts actors, after those that were added before.</summary>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) =>
        StartActors((system, registry, _) => starter(system, registry));

    /// <inheritdoc cref="StartActors(Action{ActorSystem, IActorRegistry})"/>
    public AkkaConfigurationBuilder StartActors(ActorStarter starter) =>
        StartActors((ActorStarterWithResolver)((system, registry, _) => starter(system, registry)));

    /// <inheritdoc cref="StartActors(Action{ActorSystem, IActorRegistry})"/>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        StartActors((ActorStarterWithResolver)((system, registry, resolver) =>
        {
            starter(system, registry, resolver);
            return Task.CompletedTask;
        }));

    /// <inheritdoc cref="StartActors(Action{ActorSystem, IActorRegistry})"/>
    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter)
    {
        _starters.Add(starter);
        return this;
    }

    /// <summary>Runs an action after all actors were started.</summary>
    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) =>
        AddStartup((StartupTask)((system, registry) =>
        {
            startupTask(system, registry);
            return Task.CompletedTask;
        }));

    /// <inheritdoc cref="AddStartup(Action{ActorSystem, IActorRegistry})"/>
    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        _startupTasks.Add(startupTask);
        return this;
    }

    /// <summary>Uses a serializer for some types. It wins over those of the configuration.</summary>
    /// <param name="serializerIdentifier">The alias that the configuration would give it.</param>
    /// <param name="boundTypes">Classes and interfaces.</param>
    /// <param name="serializerFactory">Makes it.</param>
    public AkkaConfigurationBuilder WithCustomSerializer(
        string serializerIdentifier, IEnumerable<Type> boundTypes, Func<ExtendedActorSystem, Serializer> serializerFactory)
    {
        _serializers.Add(new SerializerRegistration(serializerIdentifier, [.. boundTypes], serializerFactory));
        return this;
    }

    /// <summary>Loads extensions when the system starts.</summary>
    /// <param name="extensions">The types of their providers.</param>
    public AkkaConfigurationBuilder WithExtensions(params Type[] extensions)
    {
        _extensions.AddRange(extensions.Except(_extensions));
        return this;
    }

    /// <summary>Loads an extension when the system starts.</summary>
    public AkkaConfigurationBuilder WithExtension<T>() where T : IExtensionId => WithExtensions(typeof(T));

    internal AkkaConfigurationBuilder AddConfig(Config config, HoconAddMode mode)
    {
        var existing = Configuration.HasValue ? Configuration.Value : Config.Empty;
        Configuration = new Option<Config>(mode == HoconAddMode.Append ? existing.WithFallback(config) : config.WithFallback(existing));
        return this;
    }

    internal AkkaConfigurationBuilder SetProvider(ProviderSelection provider)
    {
        ActorRefProvider = new Option<ProviderSelection>(provider);
        return this;
    }

    internal AkkaConfigurationBuilder AddSetup(Setup setup)
    {
        // One of a type: the last one counts.
        Setups.RemoveWhere(other => other.GetType() == setup.GetType());
        Setups.Add(setup);
        return this;
    }

    internal ActorSystem Build(IServiceProvider services)
    {
        var config = Configuration.HasValue ? Configuration.Value : Config.Empty;
        if (_extensions.Count > 0)
        {
            var names = config.GetStringList("akka.extensions")
                .Concat(_extensions.Select(type => Serialization.Serialization.TypeManifest(type)))
                .Select(name => $"\"{name}\"");
            config = ConfigurationFactory.ParseString($"akka.extensions = [{string.Join(", ", names)}]").WithFallback(config);
        }

        // The host stops the system when it is told to stop: two answers to one signal would race.
        config = config.WithFallback("akka.coordinated-shutdown.run-by-clr-shutdown-hook = off");
        var bootstrap = BootstrapSetup.Create().WithConfig(config);
        if (ActorRefProvider.HasValue)
            bootstrap = bootstrap.WithActorRefProvider(ActorRefProvider.Value);

        var setup = ActorSystemSetup.Create(
            bootstrap,
            DependencyResolverSetup.Create(services),
            new LoggerFactorySetup(services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        if (_serializers.Count > 0)
            setup = setup.WithSetup(SerializationSetup.Create(system => [.. _serializers.Select(one => one.Create(system))]));
        return ActorSystem.Create(ActorSystemName, Setups.Aggregate(setup, (all, one) => all.WithSetup(one)));
    }

    internal async Task Start(ActorSystem system)
    {
        var registry = ActorRegistry.For(system);
        var resolver = DependencyResolver.For(system).Resolver;
        foreach (var starter in _starters)
            await starter(system, registry, resolver).ConfigureAwait(false);
        foreach (var task in _startupTasks)
            await task(system, registry).ConfigureAwait(false);
    }

    private sealed record SerializerRegistration(
        string Alias, ImmutableHashSet<Type> Types, Func<ExtendedActorSystem, Serializer> Factory)
    {
        public SerializerDetails Create(ExtendedActorSystem system) => SerializerDetails.Create(Alias, Factory(system), Types);
    }
}
