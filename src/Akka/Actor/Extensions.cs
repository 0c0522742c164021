namespace Akka.Actor;

/// <summary>Something of which every actor system has at most one.</summary>
public interface IExtension;

/// <summary>Makes an extension and finds it again.</summary>
public interface IExtensionId
{
    Type ExtensionType { get; }

    /// <summary>The system's instance; made now if it is not there yet.</summary>
    object Apply(ActorSystem system);

    /// <summary>The same as <see cref="Apply"/>.</summary>
    object Get(ActorSystem system);

    /// <summary>Makes an instance. Only the system calls it, once.</summary>
    object CreateExtension(ExtendedActorSystem system);
}

/// <summary>Makes an extension of a type and finds it again.</summary>
public interface IExtensionId<out T> : IExtensionId
    where T : IExtension
{
    new T Apply(ActorSystem system);

    new T Get(ActorSystem system);

    new T CreateExtension(ExtendedActorSystem system);
}

/// <summary>The base of extension ids: only how to make the extension is left to write.</summary>
public abstract class ExtensionIdProvider<T> : IExtensionId<T>
    where T : class, IExtension
{
    public Type ExtensionType => typeof(T);

    public T Apply(ActorSystem system) => (T)system.RegisterExtension(this);

    public T Get(ActorSystem system) => (T)system.RegisterExtension(this);

    /// <summary>Makes an instance. Only the system calls it, once.</summary>
    public abstract T CreateExtension(ExtendedActorSystem system);

    object IExtensionId.Apply(ActorSystem system) => Apply(system);

    object IExtensionId.Get(ActorSystem system) => Get(system);

    object IExtensionId.CreateExtension(ExtendedActorSystem system) => CreateExtension(system);

    public override bool Equals(object obj) => obj?.GetType() == GetType();

    public override int GetHashCode() => GetType().GetHashCode();
}

public static class ActorSystemWithExtensions
{
    /// <summary>The extension of a type that is loaded already.</summary>
    public static T WithExtension<T>(this ActorSystem system)
        where T : class, IExtension => system.GetExtension<T>();

    /// <summary>The extension of a type, made by an id of the given type if it is not there yet.</summary>
    public static T WithExtension<T, TI>(this ActorSystem system)
        where T : class, IExtension
        where TI : IExtensionId => (T)system.WithExtension<T>(typeof(TI));

    public static T WithExtension<T>(this ActorSystem system, Type extensionId)
        where T : class, IExtension =>
        system.HasExtension<T>()
            ? system.GetExtension<T>()
            : (T)system.RegisterExtension((IExtensionId)Activator.CreateInstance(extensionId, nonPublic: true));
}
