#nullable enable

using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>A <see cref="IServiceProvider"/> as the container of an actor system.</summary>
public class ServiceProviderDependencyResolver : IDependencyResolver
{
    public ServiceProviderDependencyResolver(IServiceProvider serviceProvider) => ServiceProvider = serviceProvider;

    public IServiceProvider ServiceProvider { get; }

    public IResolverScope CreateScope() => new ServiceProviderScope(ServiceProvider.CreateScope());

    public T GetService<T>() => ServiceProvider.GetService<T>()!;

    public object GetService(Type type) => ServiceProvider.GetService(type)!;

    public Props Props(Type type, params object[] args) => Actor.Props.CreateBy(new Producer(ServiceProvider, type, args));

    public Props Props(Type type) => Props(type, []);

    public Props Props<T>(params object[] args) where T : ActorBase => Props(typeof(T), args);

    /// <summary>Makes a new actor for the start and for every restart.</summary>
    private sealed class Producer(IServiceProvider services, Type type, object[] args) : IIndirectActorProducer
    {
        public Type ActorType => type;

        public ActorBase Produce() => (ActorBase)ActivatorUtilities.CreateInstance(services, type, args);

        public void Release(ActorBase actor)
        {
        }
    }
}

/// <summary>A scope of a <see cref="IServiceProvider"/>.</summary>
public class ServiceProviderScope : IResolverScope
{
    private readonly IServiceScope _scope;

    public ServiceProviderScope(IServiceScope scope)
    {
        _scope = scope;
        Resolver = new ServiceProviderDependencyResolver(scope.ServiceProvider);
    }

    public IDependencyResolver Resolver { get; }

    public void Dispose()
    {
        _scope.Dispose();
        GC.SuppressFinalize(this);
    }
}
