using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>
/// The serializers of an actor system, and which of them is for which type: the one bound to the most specific type that fits. A type
/// that nothing is bound to cannot be serialized; no fallback writes type names on the wire, since whoever can reach the port would
/// then choose what is instantiated.
/// </summary>
public class Serialization
{
    [ThreadStatic]
    private static Information _currentTransport;

    private readonly ConcurrentDictionary<int, Serializer> _byId = new();
    private readonly ConcurrentDictionary<string, Serializer> _byAlias = new();
    private readonly ConcurrentDictionary<Type, Serializer> _byType = new();
    private readonly List<(Type Type, Serializer Serializer)> _bindings = [];
    private readonly ILoggingAdapter _log;

    public Serialization(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, this);
        AddSerializer("null", new NullSerializer(system));
        AddFromSetup();
        AddFromConfig(system.Settings.Config);
    }

    public ExtendedActorSystem System { get; }

    /// <summary>The text of an actor reference, for a message. With it the reader finds the actor, wherever it reads.</summary>
    public static string SerializedActorPath(IActorRef actorRef)
    {
        if (actorRef is null)
            return string.Empty;
        var address = _currentTransport?.Address ?? (actorRef as InternalActorRef)?.Provider.DefaultAddress;
        return address is null ? actorRef.Path.ToSerializationFormat() : actorRef.Path.ToSerializationFormatWithAddress(address);
    }

    /// <summary>Runs an action that serializes, for a reader who knows this system under an address.</summary>
    public static T WithTransport<T>(ActorSystem system, Address address, Func<T> action)
    {
        var before = SetTransport(new Information(address, system));
        try
        {
            return action();
        }
        finally
        {
            SetTransport(before);
        }
    }

    /// <summary>Runs an action that serializes, for a reader who knows this system under its default address.</summary>
    public static T WithTransport<T>(ExtendedActorSystem system, Func<T> action) =>
        _currentTransport is null ? WithTransport(system, system.Provider.DefaultAddress, action) : action();

    /// <inheritdoc cref="WithTransport{T}(ExtendedActorSystem, Func{T})"/>
    public static T WithTransport<TState, T>(ExtendedActorSystem system, TState state, Func<TState, T> action)
    {
        var before = SetTransport(_currentTransport ?? new Information(system.Provider.DefaultAddress, system));
        try
        {
            return action(state);
        }
        finally
        {
            SetTransport(before);
        }
    }

    /// <summary>For whom this thread serializes.</summary>
    /// <exception cref="InvalidOperationException">For nobody.</exception>
    public static Information GetCurrentTransportInformation() =>
        _currentTransport ?? throw new InvalidOperationException("this thread does not serialize for a transport");

    /// <summary>The manifest that goes with a message: the serializer's own, or the name of the type, or nothing.</summary>
    public static string ManifestFor(Serializer s, object msg) =>
        s is SerializerWithStringManifest own ? own.Manifest(msg) : s.IncludeManifest ? TypeManifest(msg.GetType()) : string.Empty;

    public byte[] Serialize(object o) =>
        WithTransport(System, (Serializer: FindSerializerFor(o), Message: o), state => state.Serializer.ToBinary(state.Message));

    /// <summary>The object of bytes that came with a serializer's number and a manifest.</summary>
    /// <exception cref="SerializationException">Nobody has that number, or the manifest does not belong to it.</exception>
    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        var serializer = SerializerOf(serializerId);
        return WithTransport(System, (serializer, bytes, manifest, this), static state =>
        {
            var (serializer, bytes, manifest, self) = state;
            if (serializer is SerializerWithStringManifest own)
                return own.FromBinary(bytes, manifest);
            return serializer.FromBinary(bytes, string.IsNullOrEmpty(manifest) ? null : self.BoundType(serializer, manifest));
        });
    }

    /// <inheritdoc cref="Deserialize(byte[], int, string)"/>
    public object Deserialize(byte[] bytes, int serializerId, Type type)
    {
        var serializer = SerializerOf(serializerId);
        return WithTransport(System, (serializer, bytes, type), static state => state.serializer.FromBinary(state.bytes, state.type));
    }

    /// <summary>The actor with a serialized path; dead letters if there is none.</summary>
    public IActorRef DeserializeActorRef(string path) => System.Provider.ResolveActorRef(path);

    /// <summary>The serializer for an object.</summary>
    /// <exception cref="SerializationException">None is bound to its type.</exception>
    public Serializer FindSerializerFor(object obj, string defaultSerializerName = null) =>
        obj is null ? _byAlias["null"] : FindSerializerForType(obj.GetType(), defaultSerializerName);

    /// <summary>The serializer for a type: the one bound to the most specific type that fits.</summary>
    /// <param name="objectType">The type of what is to be serialized.</param>
    /// <param name="defaultSerializerName">The alias of the serializer that is used when none is bound.</param>
    /// <exception cref="SerializationException">None is bound to it.</exception>
    public Serializer FindSerializerForType(Type objectType, string defaultSerializerName = null)
    {
        if (_byType.TryGetValue(objectType, out var known))
            return known;
        if (MostSpecific(objectType) is { } bound)
            return _byType.GetOrAdd(objectType, bound);
        if (defaultSerializerName is not null && _byAlias.TryGetValue(defaultSerializerName, out var named))
            return named;
        throw new SerializationException(
            $"no serializer is bound to {objectType}: name one in akka.actor.serialization-bindings or in a SerializationSetup");
    }

    public void AddSerializer(Serializer serializer)
    {
        var holder = _byId.GetOrAdd(serializer.Identifier, serializer);
        if (holder.GetType() != serializer.GetType())
            throw new ConfigurationException($"{holder.GetType()} and {serializer.GetType()} both have the number {serializer.Identifier}");
        _byId[serializer.Identifier] = serializer;
    }

    public void AddSerializer(string name, Serializer serializer)
    {
        AddSerializer(serializer);
        _byAlias[name] = serializer;
    }

    /// <summary>Binds a serializer to a type and what derives from it.</summary>
    public void AddSerializationMap(Type type, Serializer serializer)
    {
        lock (_bindings)
        {
            _bindings.RemoveAll(binding => binding.Type == type);
            _bindings.Add((type, serializer));
        }

        _byType.Clear();
    }

    internal static string TypeManifest(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    /// <summary>Sets for whom this thread serializes, and returns for whom it did: what remoting does around each message.</summary>
    internal static Information SetTransport(Information transport)
    {
        var before = _currentTransport;
        _currentTransport = transport;
        return before;
    }

    private Serializer SerializerOf(int id) =>
        _byId.TryGetValue(id, out var serializer)
            ? serializer
            : throw new UnknownSerializerException(id);

    /// <summary>The type that a manifest names, if the serializer is for it: a peer may not choose any other type to instantiate.</summary>
    private Type BoundType(Serializer serializer, string manifest) =>
        TypeNames.Find(manifest) is { } type && MostSpecific(type)?.Identifier == serializer.Identifier
            ? type
            : throw new SerializationException($"'{manifest}' is not a type that serializer {serializer.Identifier} is bound to");

    private Serializer MostSpecific(Type type)
    {
        lock (_bindings)
        {
            var fitting = _bindings.FindAll(binding => binding.Type.IsAssignableFrom(type));
            var best = fitting.FindAll(one => !fitting.Exists(other => other.Type != one.Type && one.Type.IsAssignableFrom(other.Type)));
            if (best.Count > 1 && best.Exists(binding => binding.Serializer != best[0].Serializer))
            {
                _log.Warning(
                    "Several serializers are bound to {0}, through {1}; the first is used",
                    type,
                    string.Join(", ", best.Select(binding => binding.Type)));
            }

            return best.Count == 0 ? null : best[0].Serializer;
        }
    }

    private void AddFromSetup()
    {
        var setup = System.Settings.Setup.Get<SerializationSetup>();
        if (!setup.HasValue)
            return;
        foreach (var details in setup.Value.CreateSerializers(System).OrderBy(details => details.Alias, StringComparer.Ordinal))
        {
            AddSerializer(details.Alias, details.Serializer);
            foreach (var type in details.UseFor)
                AddSerializationMap(type, details.Serializer);
        }
    }

    private void AddFromConfig(Config config)
    {
        foreach (var (alias, value) in config.GetConfig("akka.actor.serializers")?.AsEnumerable() ?? [])
        {
            // One made in code took the alias.
            if (_byAlias.ContainsKey(alias))
                continue;
            if (TypeNames.Find(value.GetString()) is { } type)
                AddSerializer(alias, Instantiate(type, config.GetConfig($"akka.actor.serialization-settings.\"{alias}\"")));
            else
                _log.Warning("The type of the serializer {0} does not exist: {1}", alias, value.GetString());
        }

        foreach (var (typeName, value) in config.GetConfig("akka.actor.serialization-bindings")?.AsEnumerable() ?? [])
            Bind(typeName, value.GetString());
    }

    private void Bind(string typeName, string alias)
    {
        if (TypeNames.Find(typeName) is not { } type)
            _log.Warning("The type {0} that is bound to the serializer {1} does not exist", typeName, alias);
        else if (!_byAlias.TryGetValue(alias, out var serializer))
            _log.Warning("The serializer {1} that is bound to {0} does not exist", typeName, alias);
        else if (!_bindings.Exists(binding => binding.Type == type))
            AddSerializationMap(type, serializer);
    }

    private Serializer Instantiate(Type type, Config settings)
    {
        const global::System.Reflection.BindingFlags any = global::System.Reflection.BindingFlags.Instance
            | global::System.Reflection.BindingFlags.Public | global::System.Reflection.BindingFlags.NonPublic;
        var withSettings = settings is null ? null : type.GetConstructor(any, [typeof(ExtendedActorSystem), typeof(Config)]);
        if (withSettings is not null)
            return (Serializer)withSettings.Invoke([System, settings]);
        return type.GetConstructor(any, [typeof(ExtendedActorSystem)])?.Invoke([System]) as Serializer
            ?? throw new ConfigurationException($"the serializer {type} has no constructor that takes an ExtendedActorSystem");
    }
}
