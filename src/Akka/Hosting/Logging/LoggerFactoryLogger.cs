#nullable enable

using System.Collections;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.Hosting.Logging;

/// <summary>Hands the host's loggers to an actor system.</summary>
public class LoggerFactorySetup : Setup
{
    public LoggerFactorySetup(ILoggerFactory loggerFactory) => LoggerFactory = loggerFactory;

    public ILoggerFactory LoggerFactory { get; }
}

/// <summary>
/// Writes the log of an actor system to the host's loggers. The category is the type of what logs; the properties of each event are
/// <c>LogSource</c>, <c>Thread</c> and <c>Timestamp</c>, and the arguments of the message under the names of its placeholders.
/// </summary>
public class LoggerFactoryLogger : ActorBase
{
    /// <summary>For what the logger itself has to say.</summary>
    protected readonly ILoggingAdapter InternalLogger =
        Akka.Event.Logging.GetLogger(Context.System.EventStream, nameof(LoggerFactoryLogger));

    private readonly Dictionary<Type, ILogger> _loggers = [];
    private readonly ILoggerFactory _factory;

    /// <exception cref="ConfigurationException">The system was started without a <see cref="LoggerFactorySetup"/>.</exception>
    public LoggerFactoryLogger()
    {
        var setup = Context.System.Settings.Setup.Get<LoggerFactorySetup>();
        _factory = setup.HasValue
            ? setup.Value.LoggerFactory
            : throw new ConfigurationException($"the actor system was started without a {nameof(LoggerFactorySetup)}");
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Log(logEvent, Self.Path);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes one event.</summary>
    protected virtual void Log(LogEvent log, ActorPath path)
    {
        // A log that was made with a plain name has no type of its own.
        var category = log.LogClass is { } type && type != typeof(string) ? type : typeof(ActorSystem);
        if (!_loggers.TryGetValue(category, out var logger))
            _loggers.Add(category, logger = _factory.CreateLogger(category));
        logger.Log(LevelOf(log), eventId: default, new State(log), log.Cause, static (state, _) => state.ToString());
    }

    private static Microsoft.Extensions.Logging.LogLevel LevelOf(LogEvent log) => log.LogLevel() switch
    {
        LogLevel.DebugLevel => Microsoft.Extensions.Logging.LogLevel.Debug,
        LogLevel.InfoLevel => Microsoft.Extensions.Logging.LogLevel.Information,
        LogLevel.WarningLevel => Microsoft.Extensions.Logging.LogLevel.Warning,
        _ => Microsoft.Extensions.Logging.LogLevel.Error,
    };

    /// <summary>An event as the properties and the text that loggers ask for.</summary>
    private sealed class State(LogEvent log) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly KeyValuePair<string, object?>[] _properties =
        [
            new("LogSource", log.LogSource),
            new("Thread", log.Thread.ManagedThreadId),
            new("Timestamp", log.Timestamp),
            .. Arguments(log.Message as LogMessage),
            new("{OriginalFormat}", log.Message is LogMessage { Format: var format } ? format : log.Message?.ToString()),
        ];

        public int Count => _properties.Length;

        public KeyValuePair<string, object?> this[int index] => _properties[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _properties.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"[{log.LogSource}] {log.Message}";

        private static IEnumerable<KeyValuePair<string, object?>> Arguments(LogMessage? message)
        {
            if (message is null)
                return [];
            var names = DefaultLogMessageFormatter.PlaceholderNames(message.Format);
            return message.Parameters().Select((argument, i) =>
                new KeyValuePair<string, object?>(
                    i < names.Count ? names[i] : i.ToString(System.Globalization.CultureInfo.InvariantCulture), argument));
        }
    }
}
