#nullable enable
using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor.Internal;

/// <summary>The extensions of one system. Each is made once, by the first who asks; the others wait for it.</summary>
internal sealed class ExtensionRegistry(ActorSystemImpl system)
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();

    public object Register(IExtensionId id)
    {
        var entry = _extensions.GetOrAdd(id.ExtensionType, _ => new Lazy<object>(() => id.CreateExtension(system)));
        try
        {
            return entry.Value;
        }
        catch
        {
            // The next one may have more luck.
            _extensions.TryRemove(KeyValuePair.Create(id.ExtensionType, entry));
            throw;
        }
    }

    /// <summary>The extension of a type or of one that derives from it; null when it is not loaded.</summary>
    public object? Find(Type type) => _extensions.TryGetValue(type, out var entry) && entry.IsValueCreated ? entry.Value : null;

    /// <summary>Loads what <c>akka.extensions</c> names.</summary>
    public void LoadConfigured()
    {
        foreach (var name in system.Settings.Config.GetStringList("akka.extensions"))
        {
            if (TypeNames.Find(name) is not { } type || !typeof(IExtensionId).IsAssignableFrom(type))
                throw new ConfigurationException($"akka.extensions: '{name}' is no extension id.");

            Register((IExtensionId)Activator.CreateInstance(type, nonPublic: true)!);
        }
    }
}
