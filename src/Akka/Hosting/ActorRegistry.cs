#nullable enable

using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Akka.Hosting;

/// <summary>Finds top-level actors by a type that stands for them, mostly the type of the actor.</summary>
public interface IReadOnlyActorRegistry : IEnumerable<KeyValuePair<Type, IActorRef>>
{
    /// <summary>The actor, if it is registered.</summary>
    bool TryGet<TKey>([NotNullWhen(true)] out IActorRef? actor);

    /// <inheritdoc cref="TryGet{TKey}"/>
    bool TryGet(Type key, [NotNullWhen(true)] out IActorRef? actor);

    /// <summary>The actor.</summary>
    /// <exception cref="MissingActorRegistryEntryException">It is not registered.</exception>
    IActorRef Get<TKey>();

    /// <summary>The actor, as soon as it is registered.</summary>
    Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default);

    /// <inheritdoc cref="GetAsync{TKey}"/>
    Task<IActorRef> GetAsync(Type key, CancellationToken ct = default);
}

/// <summary>Where actors are registered, so that others find them by a type.</summary>
public interface IActorRegistry : IReadOnlyActorRegistry
{
    /// <summary>Registers an actor.</summary>
    /// <exception cref="DuplicateActorRegistryException">Another one has the key, and may not be replaced.</exception>
    void Register<TKey>(IActorRef actor, bool overwrite = false);

    /// <summary>Registers an actor, unless another one has the key and may not be replaced.</summary>
    bool TryRegister<TKey>(IActorRef actor, bool overwrite = false);

    /// <inheritdoc cref="TryRegister{TKey}"/>
    bool TryRegister(Type key, IActorRef actor, bool overwrite = false);
}

/// <summary>The registry of an actor system.</summary>
public class ActorRegistry : IActorRegistry, IExtension
{
    private readonly ConcurrentDictionary<Type, IActorRef> _actors = new();
    private readonly ConcurrentDictionary<Type, TaskCompletionSource<IActorRef>> _awaited = new();

    public static ActorRegistry For(ActorSystem actorSystem) => actorSystem.WithExtension<ActorRegistry, ActorRegistryExtension>();

    public void Register<TKey>(IActorRef actor, bool overwrite = false)
    {
        if (!TryRegister<TKey>(actor, overwrite))
            throw new DuplicateActorRegistryException($"an actor is already registered for the key {typeof(TKey)}");
    }

    public bool TryRegister<TKey>(IActorRef actor, bool overwrite = false) => TryRegister(typeof(TKey), actor, overwrite);

    public bool TryRegister(Type key, IActorRef actor, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (overwrite)
            _actors[key] = actor;
        else if (!_actors.TryAdd(key, actor))
            return false;

        if (_awaited.TryRemove(key, out var awaited))
            awaited.TrySetResult(actor);
        return true;
    }

    public bool TryGet<TKey>([NotNullWhen(true)] out IActorRef? actor) => TryGet(typeof(TKey), out actor);

    public bool TryGet(Type key, [NotNullWhen(true)] out IActorRef? actor) => _actors.TryGetValue(key, out actor);

    public IActorRef Get<TKey>() =>
        TryGet<TKey>(out var actor)
            ? actor
            : throw new MissingActorRegistryEntryException($"no actor is registered for the key {typeof(TKey)}");

    public Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default) => GetAsync(typeof(TKey), ct);

    public Task<IActorRef> GetAsync(Type key, CancellationToken ct = default)
    {
        if (TryGet(key, out var actor))
            return Task.FromResult(actor);
        var awaited = _awaited.GetOrAdd(key, _ => new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously));

        // It may have been registered between the look and the wait.
        if (TryGet(key, out actor))
            awaited.TrySetResult(actor);
        return awaited.Task.WaitAsync(ct);
    }

    public IEnumerator<KeyValuePair<Type, IActorRef>> GetEnumerator() => _actors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes the <see cref="ActorRegistry"/> of a system.</summary>
public sealed class ActorRegistryExtension : ExtensionIdProvider<ActorRegistry>
{
    public override ActorRegistry CreateExtension(ExtendedActorSystem system) => new();
}

/// <summary>The registry was asked for what it cannot do.</summary>
public class ActorRegistryException : Exception
{
    public ActorRegistryException(string message)
        : base(message)
    {
    }

    public ActorRegistryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A key has an actor already.</summary>
public sealed class DuplicateActorRegistryException : ActorRegistryException
{
    public DuplicateActorRegistryException(string message)
        : base(message)
    {
    }

    public DuplicateActorRegistryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A key has no actor.</summary>
public sealed class MissingActorRegistryEntryException : ActorRegistryException
{
    public MissingActorRegistryEntryException(string message)
        : base(message)
    {
    }

    public MissingActorRegistryEntryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
