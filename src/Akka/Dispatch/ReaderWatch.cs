#nullable enable
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// Sees to it that an actor that takes its time, or even blocks, holds up no connection whose reader runs it. It looks now and then, and
/// only while readers do run actors, so that handing over costs nothing as long as nobody is late.
/// </summary>
/// <param name="system">Whose scheduler says when to look.</param>
/// <param name="roles">Those of all connections there are at the moment.</param>
internal sealed class ReaderWatch(ActorSystem system, IEnumerable<ReaderRole> roles)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private int _isLooking;
    private int _hadTurns;

    /// <summary>A reader runs an actor.</summary>
    internal void OnTurn()
    {
        Interlocked.Exchange(ref _hadTurns, 1);
        LookSoon();
    }

    private void Look()
    {
        var hadTurns = Interlocked.Exchange(ref _hadTurns, 0) != 0;
        foreach (var role in roles)
        {
            role.PassOnIfLate();
            hadTurns |= role.IsRunning;
        }

        Interlocked.Exchange(ref _isLooking, 0);

        // A turn that has begun since the first line has left that to this one.
        if (hadTurns || Volatile.Read(ref _hadTurns) != 0)
            LookSoon();
    }

    private void LookSoon()
    {
        if (Volatile.Read(ref _isLooking) != 0 || Interlocked.Exchange(ref _isLooking, 1) != 0)
            return;

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
