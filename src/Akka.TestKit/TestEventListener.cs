using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>The logger of tests: offers each event to the filters in force and prints only what none of them takes.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<LogEventFilter> _filters = [];

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (var type in new[] { typeof(MuteEvents), typeof(UnmuteEvents), typeof(DeadLetter), typeof(UnhandledMessage) })
                    initialize.LoggingBus.Subscribe(Self, type);
                Sender.Tell(new LoggerInitialized(), Self);
                return true;
            case MuteEvents mute:
                _filters.Add(mute.Filter);
                return true;
            case UnmuteEvents unmute:
                _filters.Remove(unmute.Filter);
                return true;
            case LogEvent logged when !IsTaken(logged):
                Print(logged);
                return true;
            case DeadLetter letter when !IsTaken(letter):
                PrintDeadLetter(letter);
                return true;
            case UnhandledMessage unhandled:
                OnUnhandled(unhandled);
                return true;
            case LogEvent or DeadLetter:
                return true;
            default:
                return false;
        }
    }

    private void PrintDeadLetter(DeadLetter letter) =>
        Print(new Debug(
            letter.Recipient.Path.ToString(), letter.Recipient.GetType(), $"Dead letter from {letter.Sender}: {letter.Message}"));

    private void OnUnhandled(UnhandledMessage unhandled)
    {
        var warning = new Warning(
            unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(),
            $"Unhandled message from {unhandled.Sender}: {unhandled.Message}");
        if (!IsTaken(warning))
            Print(warning);
    }

    // Every filter is offered the event: one that two blocks wait for counts in both.
    private bool IsTaken(object published)
    {
        var isTaken = false;
        foreach (var filter in _filters)
            isTaken |= filter.Apply(published);
        return isTaken;
    }
}
