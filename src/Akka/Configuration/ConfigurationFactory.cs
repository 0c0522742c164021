using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Makes configurations out of HOCON.</summary>
public class ConfigurationFactory
{
    /// <summary>A configuration without any setting.</summary>
    public static Config Empty => Config.Empty;

    /// <summary>Parses HOCON.</summary>
    /// <exception cref="FormatException">The text is not HOCON; the message says in which line and column.</exception>
    public static Config ParseString(string hocon) => ParseString(hocon, includeCallback: null);

    /// <summary>Parses HOCON.</summary>
    /// <param name="hocon">The text.</param>
    /// <param name="includeCallback">Gives the document that an <c>include "name"</c> in the text names.</param>
    /// <exception cref="FormatException">The text is not HOCON; the message says in which line and column.</exception>
    public static Config ParseString(string hocon, Func<string, HoconRoot> includeCallback) => new(Parser.Parse(hocon, includeCallback));

    /// <summary>The defaults of the engine: every setting it reads, with the value that holds when nobody sets another.</summary>
    public static Config Default() => ReferenceConfig.All;

    /// <summary>Parses a resource that is embedded in the assembly of <typeparamref name="TAssembly"/>.</summary>
    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Parses a resource that is embedded in the assembly of the type of <paramref name="instanceInAssembly"/>.</summary>
    public static Config FromResource(string resourceName, object instanceInAssembly) => instanceInAssembly switch
    {
        Type type => FromResource(resourceName, type.Assembly),
        Assembly assembly => FromResource(resourceName, assembly),
        _ => FromResource(resourceName, instanceInAssembly.GetType().Assembly),
    };

    /// <summary>Parses a resource that is embedded in an assembly.</summary>
    /// <exception cref="ConfigurationException">There is no such resource.</exception>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"the assembly {assembly.GetName().Name} has no resource '{resourceName}'");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}
