using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// Makes filters of log events and dead letters. A text is matched exactly by <c>message</c>, or by its <c>start</c>, or by
/// what it <c>contains</c>, or by a pattern; a source by its end, usually the path of an actor.
/// </summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testKit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<Func<LogEventFilter>> _filters;

    /// <param name="testkit">The kit of the test.</param>
    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit.Sys)
    {
    }

    /// <param name="testkit">The kit of the test.</param>
    /// <param name="system">The system whose events are meant.</param>
    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, [])
    {
    }

    internal EventFilterFactory(TestKitBase testKit, ActorSystem system, IReadOnlyList<Func<LogEventFilter>> filters)
    {
        _testKit = testKit;
        _system = system;
        _filters = filters;
    }

    /// <summary>Log events for which the predicate holds.</summary>
    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Custom<LogEvent>(predicate);

    /// <summary>Log events of a class for which the predicate holds.</summary>
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate) where TLogEvent : LogEvent =>
        With(() => new LogEventFilter(published => published is TLogEvent logged && predicate(logged), "custom"));

    /// <summary>Debug events.</summary>
    public IEventFilterApplier Debug(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    /// <summary>Debug events.</summary>
    public IEventFilterApplier Debug(Regex pattern, string source = null) => ForLogLevel(LogLevel.DebugLevel, pattern, source);

    /// <summary>Info events.</summary>
    public IEventFilterApplier Info(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    /// <summary>Info events.</summary>
    public IEventFilterApplier Info(Regex pattern, string source = null) => ForLogLevel(LogLevel.InfoLevel, pattern, source);

    /// <summary>Warnings.</summary>
    public IEventFilterApplier Warning(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    /// <summary>Warnings.</summary>
    public IEventFilterApplier Warning(Regex pattern, string source = null) => ForLogLevel(LogLevel.WarningLevel, pattern, source);

    /// <summary>Errors.</summary>
    public IEventFilterApplier Error(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    /// <summary>Errors.</summary>
    public IEventFilterApplier Error(Regex pattern, string source = null) => ForLogLevel(LogLevel.ErrorLevel, pattern, source);

    /// <summary>Events of a level.</summary>
    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string message = null, string start = null, string contains = null, string source = null) =>
        With(() => LogEventFilter.ForLog(
            ClassOf(logLevel), LogEventFilter.TextMatcher(message, start, contains), source,
            $"{logLevel} '{message ?? start ?? contains ?? "*"}'"));

    /// <summary>Events of a level.</summary>
    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string source = null) =>
        With(() => LogEventFilter.ForLog(ClassOf(logLevel), LogEventFilter.TextMatcher(pattern), source, $"{logLevel} /{pattern}/"));

    /// <summary>Errors with an exception of a type.</summary>
    public IEventFilterApplier Exception<TException>(
        string message = null, string start = null, string contains = null, string source = null) where TException : Exception =>
        Exception(typeof(TException), message, start, contains, source);

    /// <summary>Errors with an exception of a type.</summary>
    public IEventFilterApplier Exception<TException>(Regex pattern, string source = null) where TException : Exception =>
        Exception(typeof(TException), pattern, source);

    /// <summary>Errors with an exception of a type, or with one inside it when asked.</summary>
    public IEventFilterApplier Exception(
        Type exceptionType, string message = null, string start = null, string contains = null, string source = null,
        bool checkInnerExceptions = false) =>
        With(() => LogEventFilter.ForException(
            exceptionType, LogEventFilter.TextMatcher(message, start, contains), source, checkInnerExceptions, exceptionType.Name));

    /// <summary>Errors with an exception of a type, or with one inside it when asked.</summary>
    public IEventFilterApplier Exception(
        Type exceptionType, Regex pattern, string source = null, bool checkInnerExceptions = false) =>
        With(() => LogEventFilter.ForException(
            exceptionType, LogEventFilter.TextMatcher(pattern), source, checkInnerExceptions, exceptionType.Name));

    /// <summary>Dead letters.</summary>
    public IEventFilterApplier DeadLetter() => Dead(_ => true, null);

    /// <summary>Dead letters with a message of a type.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(string source = null) => Dead(message => message is TMessage, source);

    /// <summary>Dead letters with a message of a type for which the predicate holds.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string source = null) =>
        Dead(message => message is TMessage typed && isMatch(typed), source);

    /// <summary>Dead letters with a message of a type.</summary>
    public IEventFilterApplier DeadLetter(Type type, string source = null) => Dead(type.IsInstanceOfType, source);

    /// <summary>Dead letters with a message of a type for which the predicate holds.</summary>
    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string source = null) =>
        Dead(message => type.IsInstanceOfType(message) && isMatch(message), source);

    private static Type ClassOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };

    private EventFilterApplier Dead(Func<object, bool> isMatch, string source) =>
        With(() => new LogEventFilter(
            published => published is DeadLetter letter && isMatch(letter.Message)
                && (source is null || letter.Recipient.Path.ToString().EndsWith(source, StringComparison.Ordinal)),
            "dead letter"));

    private EventFilterApplier With(Func<LogEventFilter> filter) => new(_testKit, _system, [.. _filters, filter]);
}
