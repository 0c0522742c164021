namespace Akka.Configuration;

/// <summary>Questions about configurations that may not be there.</summary>
public static class ConfigExtensions
{
    /// <summary>Whether there is no configuration, or one without any setting.</summary>
    public static bool IsNullOrEmpty(this Config config) => config is null || config.IsEmpty;

    /// <summary>As <see cref="Config.WithFallback"/>, where either of the two may be missing.</summary>
    public static Config SafeWithFallback(this Config config, Config fallback) =>
        config.IsNullOrEmpty() ? fallback : fallback.IsNullOrEmpty() ? config : config.WithFallback(fallback);
}
