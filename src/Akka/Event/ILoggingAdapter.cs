namespace Akka.Event;

/// <summary>
/// What actors log to. The methods to use are in <see cref="LoggingExtensions"/>; this is what they are built on.
/// </summary>
public interface ILoggingAdapter
{
    ILogMessageFormatter Formatter { get; }

    bool IsDebugEnabled { get; }

    bool IsInfoEnabled { get; }

    bool IsWarningEnabled { get; }

    bool IsErrorEnabled { get; }

    bool IsEnabled(LogLevel logLevel);

    /// <summary>Logs text as it is.</summary>
    void Log(LogLevel logLevel, Exception cause, string format);

    /// <summary>Logs a message that is formatted later.</summary>
    void Log(LogLevel logLevel, Exception cause, LogMessage message);
}
