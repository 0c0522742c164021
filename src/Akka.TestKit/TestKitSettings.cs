using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>The section <c>akka.test</c>, read once.</summary>
public class TestKitSettings : IExtension
{
    /// <param name="config">The section <c>akka.test</c>.</param>
    public TestKitSettings(Config config)
    {
        DefaultTimeout = config.GetTimeSpan("default-timeout");
        SingleExpectDefault = config.GetTimeSpan("single-expect-default");
        TestEventFilterLeeway = config.GetTimeSpan("filter-leeway");
        TestTimeFactor = config.GetDouble("timefactor");
        ExpectNoMessageDefault = config.HasPath("expect-no-message-default")
            ? config.GetTimeSpan("expect-no-message-default")
            : SingleExpectDefault;
    }

    /// <summary>For waits that have no setting of their own.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long an expectation waits outside <c>Within</c>, before <see cref="TestTimeFactor"/>.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long an event filter waits for its events after the block has run.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>By what every wait is multiplied.</summary>
    public double TestTimeFactor { get; }

    internal TimeSpan ExpectNoMessageDefault { get; }
}
