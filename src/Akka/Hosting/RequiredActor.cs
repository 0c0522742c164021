#nullable enable

using Akka.Actor;

namespace Akka.Hosting;

/// <summary>A registered actor, for the constructor of whoever needs it.</summary>
/// <typeparam name="TActor">The key of the actor in the registry.</typeparam>
public interface IRequiredActor<TActor>
{
    /// <summary>The actor.</summary>
    /// <exception cref="MissingActorRegistryEntryException">It is not registered yet.</exception>
    IActorRef ActorRef { get; }

    /// <summary>The actor, as soon as it is registered.</summary>
    Task<IActorRef> GetAsync(CancellationToken cancellationToken = default);
}

/// <inheritdoc cref="IRequiredActor{TActor}"/>
public sealed class RequiredActor<TActor> : IRequiredActor<TActor>
{
    private readonly IReadOnlyActorRegistry _registry;

    public RequiredActor(IReadOnlyActorRegistry registry) => _registry = registry;

    public IActorRef ActorRef => _registry.Get<TActor>();

    public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => _registry.GetAsync<TActor>(cancellationToken);
}
