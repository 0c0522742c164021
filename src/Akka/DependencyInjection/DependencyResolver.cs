#nullable enable

using Akka.Actor;
using Akka.Actor.Setup;

namespace Akka.DependencyInjection;

/// <summary>Hands a container to an actor system.</summary>
public sealed class DependencyResolverSetup : Setup
{
    private DependencyResolverSetup(IDependencyResolver dependencyResolver) => DependencyResolver = dependencyResolver;

    public IDependencyResolver DependencyResolver { get; }

    public static DependencyResolverSetup Create(IServiceProvider provider) => new(new ServiceProviderDependencyResolver(provider));

    public static DependencyResolverSetup Create(IDependencyResolver provider) => new(provider);
}

/// <summary>
/// Makes props whose actors get from the container what their constructor asks for and the arguments do not give. No scope is opened for
/// an actor: one that needs scoped services opens a scope of its own.
/// </summary>
public sealed class DependencyResolver : IExtension
{
    public DependencyResolver(IDependencyResolver resolver) => Resolver = resolver;

    public IDependencyResolver Resolver { get; }

    /// <summary>The resolver of a system that was started with a <see cref="DependencyResolverSetup"/>.</summary>
    public static DependencyResolver For(ActorSystem actorSystem) =>
        actorSystem.WithExtension<DependencyResolver, DependencyResolverExtension>();

    public Props Props<T>(params object[] args) where T : ActorBase => Resolver.Props<T>(args);

    public Props Props<T>() where T : ActorBase => Resolver.Props<T>();

    public Props Props(Type type) => Resolver.Props(type);

    public Props Props(Type type, params object[] args) => Resolver.Props(type, args);
}

/// <summary>Makes the <see cref="DependencyResolver"/> of a system.</summary>
public sealed class DependencyResolverExtension : ExtensionIdProvider<DependencyResolver>
{
    /// <exception cref="InvalidOperationException">The system was started without a <see cref="DependencyResolverSetup"/>.</exception>
    public override DependencyResolver CreateExtension(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<DependencyResolverSetup>();
        return setup.HasValue
            ? new DependencyResolver(setup.Value.DependencyResolver)
            : throw new InvalidOperationException($"the actor system was started without a {nameof(DependencyResolverSetup)}");
    }
}
