#nullable enable

using Akka.Actor.Setup;

namespace Akka.Hosting;

/// <summary>An option that knows how to configure what it stands for.</summary>
public interface IHoconOption
{
    /// <summary>Where its settings are.</summary>
    string ConfigPath { get; }

    /// <summary>What it selects.</summary>
    Type Class { get; }

    /// <summary>Adds its settings.</summary>
    void Apply(AkkaConfigurationBuilder builder, Setup? setup = null);
}
