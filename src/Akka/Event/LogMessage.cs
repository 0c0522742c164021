namespace Akka.Event;

/// <summary>A format and its arguments, which become text only when a logger asks.</summary>
public abstract class LogMessage
{
    protected readonly ILogMessageFormatter Formatter;

    protected LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    /// <summary>The text with placeholders.</summary>
    public string Format { get; }

    /// <summary>What stands for the placeholders.</summary>
    public abstract IEnumerable<object> Parameters();

    /// <summary>The format and the arguments side by side, for when they do not fit together.</summary>
    public abstract string Unformatted();
}

/// <summary>The one kind of message that the logging methods make.</summary>
internal sealed class ArgumentsLogMessage(ILogMessageFormatter formatter, string format, object[] args) : LogMessage(formatter, format)
{
    public override IEnumerable<object> Parameters() => args;

    public override string Unformatted() => $"{Format} [{string.Join(", ", args)}]";

    public override string ToString() => Formatter.Format(Format, args);
}
