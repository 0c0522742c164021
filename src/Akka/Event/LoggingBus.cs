using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Util;

namespace Akka.Event;

/// <summary>An event bus that also knows which levels are logged, and runs the loggers that listen to it.</summary>
public abstract class LoggingBus : ActorEventBus<object, Type>
{
    private static readonly LogLevel[] AllLevels = [LogLevel.DebugLevel, LogLevel.InfoLevel, LogLevel.WarningLevel, LogLevel.ErrorLevel];

    private readonly Lock _gate = new();
    private readonly List<IActorRef> _loggers = [];
    private readonly StandardOutLogger _standardOut = new(new RootActorPath(new Address("akka", "all-systems"), "/standard-output-logger"));
    private LogLevel _standardOutLevel = Logging.OffLogLevel;

    /// <summary>The least level that is logged.</summary>
    public LogLevel LogLevel { get; private set; } = LogLevel.ErrorLevel;

    /// <summary>Logs to standard output until the loggers run.</summary>
    internal void StartStandardOutLogger(Settings settings)
    {
        lock (_gate)
        {
            LogLevel = Logging.LogLevelFor(settings.Config.GetString("akka.loglevel"));
            _standardOutLevel = Logging.LogLevelFor(settings.Config.GetString("akka.stdout-loglevel"));
            if (_standardOutLevel < LogLevel)
                LogLevel = _standardOutLevel;
            SubscribeFrom(_standardOut, _standardOutLevel);
        }
    }

    /// <summary>Starts the loggers of <c>akka.loggers</c>, and waits until each says that it is ready.</summary>
    /// <exception cref="LoggerInitializationException">
    /// A logger does not exist, or does not answer in <c>akka.logger-startup-timeout</c>.
    /// </exception>
    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        var config = system.Settings.Config;
        var level = Logging.LogLevelFor(config.GetString("akka.loglevel"));
        var timeout = config.GetTimeSpan("akka.logger-startup-timeout");
        var keepStandardOut = false;
        var number = 0;
        foreach (var typeName in config.GetStringList("akka.loggers"))
        {
            if (TypeNames.Find(typeName) is not { } type)
                throw new LoggerInitializationException($"the logger '{typeName}' of akka.loggers does not exist");
            if (type == typeof(StandardOutLogger))
                keepStandardOut = true;
            else
                StartLogger(system, type, $"log{++number}-{type.Name}", level, timeout);
        }

        lock (_gate)
        {
            LogLevel = level;
            if (keepStandardOut)
                SubscribeFrom(_standardOut, level);
            else
                Unsubscribe(_standardOut);
        }
    }

    /// <summary>Stops the loggers; what is logged from now on goes to standard output.</summary>
    internal void StopDefaultLoggers()
    {
        IActorRef[] loggers;
        lock (_gate)
        {
            SubscribeFrom(_standardOut, _standardOutLevel);
            LogLevel = _standardOutLevel;
            loggers = [.. _loggers];
            _loggers.Clear();
        }

        foreach (var logger in loggers)
        {
            Unsubscribe(logger);
            (logger as InternalActorRef)?.Stop();
        }
    }

    private void StartLogger(ActorSystemImpl system, Type type, string name, LogLevel level, TimeSpan timeout)
    {
        var logger = system.SystemActorOf(Props.Create(type), name);
        object answer;
        try
        {
            answer = logger.Ask<object>(new InitializeLogger(this), timeout).GetAwaiter().GetResult();
        }
        catch (AskTimeoutException e)
        {
            throw new LoggerInitializationException($"the logger {type} did not answer within {timeout.TotalSeconds} s", e);
        }

        if (answer is not LoggerInitialized)
            throw new LoggerInitializationException($"the logger {type} answered {answer} instead of {nameof(LoggerInitialized)}");
        lock (_gate)
        {
            _loggers.Add(logger);
            SubscribeFrom(logger, level);
        }
    }

    private void SubscribeFrom(IActorRef logger, LogLevel least)
    {
        foreach (var level in AllLevels)
        {
            if (level >= least)
                Subscribe(logger, level.ClassFor());
            else
                Unsubscribe(logger, level.ClassFor());
        }
    }
}
