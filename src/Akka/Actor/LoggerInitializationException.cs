namespace Akka.Actor;

/// <summary>A logger could not be started.</summary>
public class LoggerInitializationException : AkkaException
{
    public LoggerInitializationException()
    {
    }

    public LoggerInitializationException(string message)
        : base(message)
    {
    }

    public LoggerInitializationException(string message, Exception cause = null)
        : base(message, cause)
    {
    }
}
