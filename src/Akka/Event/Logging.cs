using Akka.Actor;

namespace Akka.Event;

/// <summary>Gives loggers, and translates between the names, types and numbers of log levels.</summary>
public static class Logging
{
    /// <summary>A level above all that are logged.</summary>
    internal const LogLevel OffLogLevel = (LogLevel)int.MaxValue;

    /// <summary>The logger of an actor; its source is the actor's path.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter logMessageFormatter = null)
    {
        var source = Akka.Event.LogSource.Create(context, context.System);
        return new BusLogging(
            context.System.EventStream, source.Source, source.Type, logMessageFormatter ?? DefaultLogMessageFormatter.Instance);
    }

    /// <summary>A logger for anything else in a system.</summary>
    /// <param name="system">Where the events go.</param>
    /// <param name="logSourceObj">What logs: a string, a type, an actor reference, or an object that stands for its type.</param>
    /// <param name="logMessageFormatter">Fills in placeholders; the default one if not given.</param>
    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter logMessageFormatter = null)
    {
        var source = Akka.Event.LogSource.Create(logSourceObj, system);
        return new BusLogging(system.EventStream, source.Source, source.Type, logMessageFormatter ?? DefaultLogMessageFormatter.Instance);
    }

    /// <inheritdoc cref="GetLogger(ActorSystem, object, ILogMessageFormatter)"/>
    /// <param name="loggingBus">Where the events go.</param>
    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter logMessageFormatter = null)
    {
        var source = Akka.Event.LogSource.Create(logSourceObj);
        return new BusLogging(loggingBus, source.Source, source.Type, logMessageFormatter ?? DefaultLogMessageFormatter.Instance);
    }

    /// <summary>The type of the events of a level.</summary>
    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException($"unknown log level {logLevel}", nameof(logLevel)),
    };

    /// <summary>The name of a level in the configuration.</summary>
    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        LogLevel.ErrorLevel => "ERROR",
        OffLogLevel => "OFF",
        _ => throw new ArgumentException($"unknown log level {logLevel}", nameof(logLevel)),
    };

    /// <summary>The level with a name of the configuration, in whatever case.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static LogLevel LogLevelFor(string logLevel) => logLevel?.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => OffLogLevel,
        _ => throw new ArgumentException(
            $"unknown log level '{logLevel}': known are OFF, ERROR, WARNING, INFO and DEBUG", nameof(logLevel)),
    };

    /// <summary>The level of the events of a type.</summary>
    public static LogLevel LogLevelFor<T>() where T : LogEvent => typeof(T) switch
    {
        var type when type == typeof(Debug) => LogLevel.DebugLevel,
        var type when type == typeof(Info) => LogLevel.InfoLevel,
        var type when type == typeof(Warning) => LogLevel.WarningLevel,
        var type when type == typeof(Error) => LogLevel.ErrorLevel,
        var type => throw new ArgumentException($"{type} is not the type of one level"),
    };

    /// <summary>The name of the object's type, without its namespace.</summary>
    public static string SimpleName(object o) => SimpleName(o.GetType());

    /// <summary>The name of a type, without its namespace.</summary>
    public static string SimpleName(Type t) => t.Name;
}
