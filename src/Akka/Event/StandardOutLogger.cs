#nullable enable

using Akka.Actor;

namespace Akka.Event;

/// <summary>Writes log events to standard output without an actor: for the time before the loggers run and after they stop.</summary>
internal sealed class StandardOutLogger(ActorPath path) : MinimalActorRef
{
    public override ActorPath Path => path;

    internal override ActorRefProvider Provider =>
        throw new NotSupportedException("the logger of standard output belongs to no actor system");

    public static void PrintLogEvent(LogEvent logEvent) => Console.Out.WriteLine(logEvent);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is LogEvent logEvent)
            PrintLogEvent(logEvent);
        else
            Console.Out.WriteLine(message);
    }
}
