using Akka.Configuration;

namespace Akka.TestKit.Configs;

/// <summary>Configurations for tests, to be laid below a test's own.</summary>
public static class TestConfigs
{
    /// <summary>What a test kit uses by default: all events to the event filters, the waits of <c>akka.test</c>.</summary>
    public static Config DefaultConfig { get; } = ReadEmbedded();

    /// <summary>A scheduler that stands still until <see cref="TestScheduler.Advance"/> moves it.</summary>
    public static Config TestSchedulerConfig { get; } =
        ConfigurationFactory.ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"");

    private static Config ReadEmbedded()
    {
        using var stream = typeof(TestConfigs).Assembly.GetManifestResourceStream("Akka.TestKit.TestKit.conf");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
