#nullable enable

using Akka.Actor;

namespace Akka.DependencyInjection;

/// <summary>What the engine asks of a container.</summary>
public interface IDependencyResolver
{
    /// <summary>A scope of services, to be disposed of by whoever opened it.</summary>
    IResolverScope CreateScope();

    /// <summary>The service of a type, or the default of it if the container has none.</summary>
    T GetService<T>();

    /// <inheritdoc cref="GetService{T}"/>
    object GetService(Type type);

    /// <summary>Props whose actor gets from the container what its constructor asks for and the arguments do not give.</summary>
    Props Props(Type type, params object[] args);

    /// <inheritdoc cref="Props(Type, object[])"/>
    Props Props(Type type);

    /// <inheritdoc cref="Props(Type, object[])"/>
    Props Props<T>(params object[] args) where T : ActorBase;
}

/// <summary>A scope of services.</summary>
public interface IResolverScope : IDisposable
{
    IDependencyResolver Resolver { get; }
}
