using System.Collections.Immutable;
using Akka.Util;

namespace Akka.Actor.Setup;

/// <summary>All settings that are handed to an actor system as objects: at most one of each type.</summary>
public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new(ImmutableDictionary<Type, Setup>.Empty);

    private readonly ImmutableDictionary<Type, Setup> _setups;

    private ActorSystemSetup(ImmutableDictionary<Type, Setup> setups) => _setups = setups;

    /// <summary>All of these; of two of the same type the later one.</summary>
    public static ActorSystemSetup Create(params Setup[] setup) =>
        new(Empty._setups.SetItems(setup.Select(one => KeyValuePair.Create(one.GetType(), one))));

    /// <summary>The one of a type, if it is there.</summary>
    public Option<T> Get<T>() where T : Setup =>
        _setups.TryGetValue(typeof(T), out var setup) ? new Option<T>((T)setup) : Option<T>.None;

    /// <summary>This one too, in the place of another of its type.</summary>
    public ActorSystemSetup WithSetup<T>(T setup) where T : Setup => new(_setups.SetItem(setup.GetType(), setup));

    /// <inheritdoc cref="WithSetup{T}"/>
    public ActorSystemSetup And<T>(T setup) where T : Setup => WithSetup(setup);
}
