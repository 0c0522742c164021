#nullable enable

using System.Collections.Concurrent;
using System.Reflection;

namespace Akka.Util;

/// <summary>
/// Types named in configurations: <c>Namespace.Type, Assembly</c>, the assembly optional. One assembly holds what the official engine
/// spreads over many, so a type is looked up by its full name in all assemblies when the named one does not have it.
/// </summary>
internal static class TypeNames
{
    private static readonly ConcurrentDictionary<string, Type> Known = new();

    /// <summary>The type with a name, or null.</summary>
    public static Type? Find(string name)
    {
        if (Known.TryGetValue(name, out var known))
            return known;
        if (Search(name.Trim()) is not { } found)
            return null;
        Known.TryAdd(name, found);
        return found;
    }

    private static Type? Search(string name)
    {
        var fullName = name.Split(',')[0].Trim();
        return Load(name)
            ?? typeof(TypeNames).Assembly.GetType(fullName)
            ?? AppDomain.CurrentDomain.GetAssemblies()
                .Select(assembly => assembly.GetType(fullName)).FirstOrDefault(type => type is not null);
    }

    private static Type? Load(string name)
    {
        try
        {
            return Type.GetType(name);
        }
        catch (Exception e) when (
            e is IOException or BadImageFormatException or TargetInvocationException or TypeLoadException or ArgumentException)
        {
            return null;
        }
    }
}
