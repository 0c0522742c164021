#nullable enable
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// Sees to it that an actor that takes its time, or even blocks, holds up no connection whose reader runs it. It looks now and then, and
/// only while readers do run actors that could wait, so that handing over costs nothing as long as nobody is late.
/// </summary>
/// <param name="system">Whose scheduler says when to look.</param>
/// <param name="roles">Those of all connections there are at the moment.</param>
internal sealed class ReaderWatch(ActorSystem system, IEnumerable<ReaderRole> roles)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private int _isLooking;
    private long _turns;

    // How many turns there had been when looking began. Only for the guess whether more are likely to come.
    private long _turnsBefore;

    /// <summary>A reader runs an actor.</summary>
    internal void OnTurn()
    {
        Interlocked.Increment(ref _turns);
        LookSoon();
    }

    private void Look()
    {
        var turns = Volatile.Read(ref _turns);
        var mustLook = turns - Volatile.Read(ref _turnsBefore) > 0;
        foreach (var role in roles)
        {
            role.PassOnIfLate();
            mustLook |= role.IsRunning;
        }

        Interlocked.Exchange(ref _isLooking, 0);

        // A turn that has begun since the first line may have left looking to this one. Where several come in an interval more will
        // follow, and looking on costs less than beginning again; after a single one, as of an idle system, nothing is left to see.
        if (mustLook || Volatile.Read(ref _turns) != turns)
            LookSoon();
    }

    private void LookSoon()
    {
        if (Volatile.Read(ref _isLooking) != 0 || Interlocked.Exchange(ref _isLooking, 1) != 0)
            return;

        Volatile.Write(ref _turnsBefore, Volatile.Read(ref _turns));
        try
        {
            system.Scheduler.Advanced.ScheduleOnce(Interval, Look);
        }
        catch (SchedulerException)
        {
            // The system is going down, and its connections with it.
        }
    }
}
