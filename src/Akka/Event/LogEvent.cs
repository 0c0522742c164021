using Akka.Actor;

namespace Akka.Event;

/// <summary>One thing to be logged, as it travels over the event stream to the loggers.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    protected LogEvent()
    {
        Timestamp = DateTime.UtcNow;
        Thread = Thread.CurrentThread;
    }

    /// <summary>The exception it is about, or null.</summary>
    public Exception Cause { get; protected set; }

    /// <summary>When it happened, in UTC.</summary>
    public DateTime Timestamp { get; }

    /// <summary>Where it happened.</summary>
    public Thread Thread { get; }

    /// <summary>What logs: the path of an actor, mostly.</summary>
    public string LogSource { get; protected set; }

    /// <summary>The type of what logs.</summary>
    public Type LogClass { get; protected set; }

    /// <summary>A string, or a <see cref="LogMessage"/> whose text is made only when somebody reads it.</summary>
    public object Message { get; protected set; }

    public abstract LogLevel LogLevel();

    /// <summary>The line of the log: level, time, thread, source and message, then the exception.</summary>
    public override string ToString()
    {
        var level = LogLevel().ToString().Replace("Level", "").ToUpperInvariant();
        var line = FormattableString.Invariant(
            $"[{level}][{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ}][Thread {Thread.ManagedThreadId:0000}][{LogSource}] {Message}");
        return Cause is null ? line : line + Environment.NewLine + "Cause: " + Cause;
    }
}
