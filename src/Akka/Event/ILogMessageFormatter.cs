namespace Akka.Event;

/// <summary>Makes text of a format and its arguments.</summary>
public interface ILogMessageFormatter
{
    string Format(string format, params object[] args);

    string Format(string format, IEnumerable<object> args);
}
