#nullable enable
using System.Text.RegularExpressions;
using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>Which events a test expects or mutes, and how many of them came.</summary>
internal sealed class LogEventFilter(Func<object, bool> isMatch, string description)
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Released once for each match, so that whoever expects events wakes up.</summary>
    public SemaphoreSlim? Signal { get; set; }

    public bool Apply(object published)
    {
        if (!isMatch(published))
            return false;

        Interlocked.Increment(ref _count);
        Signal?.Release();
        return true;
    }

    public override string ToString() => description;

    /// <summary>Matches log events of one class by text and source.</summary>
    public static LogEventFilter ForLog(Type level, Func<string, bool> text, string? source, string description) =>
        new(published => published is LogEvent logged && level.IsInstanceOfType(logged)
            && text(Text(logged)) && SourceMatches(source, logged.LogSource), description);

    /// <summary>Matches errors with an exception of a type, itself or, when asked, inside another.</summary>
    public static LogEventFilter ForException(
        Type type, Func<string, bool> text, string? source, bool checkInner, string description) =>
        new(published => published is Error { Cause: not null } error
            && HasCause(error.Cause, type, checkInner, cause => text(Text(error)) || text(cause.Message))
            && SourceMatches(source, error.LogSource), description);

    /// <summary>How a text must look: equal, beginning with, containing; all null matches everything.</summary>
    public static Func<string, bool> TextMatcher(string? message, string? start, string? contains) => (message, start, contains) switch
    {
        (not null, _, _) => text => text == message,
        (_, not null, _) => text => text.StartsWith(start, StringComparison.Ordinal),
        (_, _, not null) => text => text.Contains(contains, StringComparison.Ordinal),
        _ => _ => true,
    };

    public static Func<string, bool> TextMatcher(Regex pattern) => pattern.IsMatch;

    private static string Text(LogEvent logged) => logged.Message?.ToString() ?? "";

    private static bool SourceMatches(string? source, string actual) =>
        source is null || actual == source || actual.EndsWith(source, StringComparison.Ordinal)
            || actual.StartsWith(source + " ", StringComparison.Ordinal);

    private static bool HasCause(Exception cause, Type type, bool checkInner, Func<Exception, bool> text)
    {
        for (var current = cause; current is not null; current = checkInner ? current.InnerException : null)
        {
            if (type.IsInstanceOfType(current) && text(current))
                return true;
        }

        return false;
    }
}

/// <summary>Published on the event stream: the listener counts, and does not print, what the filter matches.</summary>
internal sealed record MuteEvents(LogEventFilter Filter);

/// <summary>Published on the event stream: ends what <see cref="MuteEvents"/> began.</summary>
internal sealed record UnmuteEvents(LogEventFilter Filter);
