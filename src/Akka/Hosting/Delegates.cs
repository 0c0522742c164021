#nullable enable

using Akka.Actor;
using Akka.DependencyInjection;

namespace Akka.Hosting;

/// <summary>Starts actors of a system that has just been created, and registers them.</summary>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <inheritdoc cref="ActorStarter"/>
public delegate Task ActorStarterWithResolver(ActorSystem system, IActorRegistry registry, IDependencyResolver resolver);

/// <summary>Runs after all actors were started.</summary>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>Where a configuration goes that is added to what is there.</summary>
public enum HoconAddMode
{
    /// <summary>Over it: of several that were prepended the last one wins.</summary>
    Prepend,

    /// <summary>Under it: of several that were appended the first one wins.</summary>
    Append,

    /// <summary>The same as <see cref="Prepend"/>: what is there stays for the settings that the new one does not have.</summary>
    Replace,
}
