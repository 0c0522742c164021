using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// The first message to a logger. It answers <see cref="LoggerInitialized"/> when it is ready, and from then on receives the
/// <see cref="LogEvent"/>s of the levels that are on.
/// </summary>
public class InitializeLogger : INoSerializationVerificationNeeded
{
    public InitializeLogger(LoggingBus loggingBus) => LoggingBus = loggingBus;

    public LoggingBus LoggingBus { get; }
}

/// <summary>A logger is ready.</summary>
public class LoggerInitialized : INoSerializationVerificationNeeded;
