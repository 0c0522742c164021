#nullable enable

namespace Akka.Configuration;

/// <summary>The defaults that are embedded in this assembly: a <c>.conf</c> file for every area.</summary>
internal static class ReferenceConfig
{
    private static readonly Lazy<Config> Merged = new(Load);

    /// <summary>All of them. They are always all in force: one assembly holds the whole engine.</summary>
    public static Config All => Merged.Value;

    private static Config Load()
    {
        var assembly = typeof(ReferenceConfig).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Akka.", StringComparison.Ordinal) && name.EndsWith(".conf", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Aggregate(Config.Empty, (merged, name) => merged.WithFallback(ConfigurationFactory.FromResource(name, assembly)));
    }
}
