using System.Diagnostics;
using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.Event;

/// <summary>Logs dead letters, the first few; then it is silent for a while, says how many there were, and logs again.</summary>
public class DeadLetterListener : ActorBase
{
    private readonly int _logMax;
    private readonly TimeSpan _silence;
    private int _logged;
    private long _unlogged;
    private long _silentSince;

    public DeadLetterListener()
    {
        _logMax = Context.System.Settings.LogDeadLetters;
        _silence = Context.System.Settings.LogDeadLettersSuspendDuration;
    }

    protected override void PreStart()
    {
        if (_logMax > 0)
        {
            Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
            Context.System.EventStream.Subscribe(Self, typeof(Dropped));
        }

        if (Context.System.Settings.DebugUnhandledMessage)
            Context.System.EventStream.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case UnhandledMessage unhandled:
                Publish(new Debug(
                    PathOf(unhandled.Recipient), GetType(), $"Unhandled message from {PathOf(unhandled.Sender)}: {unhandled.Message}"));
                return true;
            case AllDeadLetters letter:
                OnDeadLetter(letter);
                return true;
            default:
                return false;
        }
    }

    private void OnDeadLetter(AllDeadLetters letter)
    {
        if (((ActorSystemImpl)Context.System).IsTerminating && !Context.System.Settings.LogDeadLettersDuringShutdown)
            return;

        if (_logged >= _logMax)
        {
            _unlogged++;
            if (_silence == Timeout.InfiniteTimeSpan || Stopwatch.GetElapsedTime(_silentSince) < _silence)
                return;

            _logged = 0;
        }

        _logged++;
        var end = "";
        if (_logged == _logMax)
        {
            _silentSince = Stopwatch.GetTimestamp();
            end = " No more dead letters are logged for a while.";
        }

        var skipped = _unlogged > 0 ? $" {_unlogged} dead letters were not logged before." : "";
        _unlogged = 0;
        var reason = letter is Dropped dropped ? $" was dropped: {dropped.Reason}." : " was not delivered.";
        Publish(new Info(
            PathOf(letter.Recipient),
            GetType(),
            $"Message [{letter.Message.GetType().Name}] from {PathOf(letter.Sender)} to {PathOf(letter.Recipient)}{reason}{skipped}{end}"));
    }

    private static void Publish(LogEvent logEvent) => Context.System.EventStream.Publish(logEvent);

    private static string PathOf(IActorRef actorRef) => actorRef is null ? "NoSender" : actorRef.Path.ToString();
}
