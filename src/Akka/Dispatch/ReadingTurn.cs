#nullable enable
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// Saves the change of threads between a message's arrival from the network and its actor. While a connection's thread delivers what has
/// arrived, it keeps the mailbox that wakes first, and runs that itself before it reads on, see <see cref="ReaderRole"/>.
/// </summary>
internal static class ReadingTurn
{
    /// <summary>
    /// Messages delivered in one turn after which the kept mailbox goes to its dispatcher: with so many to come, decoding them and
    /// handling them are better done side by side.
    /// </summary>
    private const int DeliveriesMax = 8;

    [ThreadStatic]
    private static bool _isOpen;

    [ThreadStatic]
    private static Mailbox? _kept;

    [ThreadStatic]
    private static int _deliveries;

    /// <summary>Begins a turn on this thread.</summary>
    internal static void Open()
    {
        _isOpen = true;
        _deliveries = 0;
    }

    /// <summary>Notes that a message was delivered on this thread's turn.</summary>
    internal static void OnDelivered()
    {
        if (++_deliveries == DeliveriesMax)
            Close()?.ScheduleElsewhere();
    }

    /// <summary>Ends the turn. Gives what was kept: the caller must run it or have it run.</summary>
    internal static Mailbox? Close()
    {
        _isOpen = false;
        var kept = _kept;
        _kept = null;
        return kept;
    }

    /// <summary>
    /// Sends an actor a message of its own, and runs it at once on this thread if it sleeps: for what is done so often and so quickly that
    /// waking another thread would be most of the work.
    /// </summary>
    /// <param name="actor">One that <see cref="INeverWaits"/>.</param>
    /// <param name="message">What it is told.</param>
    internal static void TellHere(IActorRef actor, object message)
    {
        Mailbox? kept;
        Open();
        try
        {
            actor.Tell(message, actor);
        }
        finally
        {
            kept = Close();
        }

        kept?.Execute();
    }

    /// <summary>True when this thread is on a turn, has kept nothing yet, and keeps this mailbox now.</summary>
    internal static bool TryKeep(Mailbox mailbox)
    {
        if (!_isOpen || _kept is not null)
            return false;

        _kept = mailbox;
        return true;
    }
}
