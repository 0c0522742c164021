#nullable enable
namespace Akka.Dispatch;

/// <summary>
/// Who reads a connection. The thread that does may run an actor in between; when that takes long, <see cref="ReaderWatch"/> has another
/// thread read on, and the first one finds that it has lost the role.
/// </summary>
/// <param name="watch">Looks whether a turn takes long.</param>
/// <param name="readOn">Starts another thread that reads.</param>
internal sealed class ReaderRole(ReaderWatch watch, Action readOn)
{
    /// <summary>An actor that takes longer than this holds up a connection.</summary>
    private const long LateMillis = 20;

    // The number of the turn in which an actor runs, or 0. Whoever changes it to 0 has the role.
    private long _running;
    private long _began;
    private long _turns;

    /// <summary>True while the reading thread runs an actor.</summary>
    internal bool IsRunning => Volatile.Read(ref _running) != 0;

    /// <summary>Runs the actor's turn on this thread, which has the role. False when it has lost it to another thread meanwhile.</summary>
    internal bool TryRun(Mailbox mailbox)
    {
        if (mailbox.NeverWaits)
        {
            mailbox.Execute();
            return true;
        }

        var turn = ++_turns;
        Volatile.Write(ref _began, Environment.TickCount64);
        Volatile.Write(ref _running, turn);
        watch.OnTurn();
        mailbox.Execute();
        return TryEnd(turn);
    }

    /// <summary>Gives the role to another thread if the turn takes long.</summary>
    internal void PassOnIfLate()
    {
        var turn = Volatile.Read(ref _running);
        if (turn != 0 && Environment.TickCount64 - Volatile.Read(ref _began) > LateMillis && TryEnd(turn))
            readOn();
    }

    private bool TryEnd(long turn) => Interlocked.CompareExchange(ref _running, 0, turn) == turn;
}
