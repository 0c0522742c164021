using System.Diagnostics;

namespace AkkaKv.Storage;

/// <summary>How threads of their own wait for a time that others may cut short.</summary>
internal static class Waiting
{
    /// <summary>Waits so long, or until <paramref name="goesOn"/> says no: asked at first and whenever the gate is pulsed.</summary>
    /// <param name="gate">Held while it is asked, and by whoever changes what it answers.</param>
    /// <param name="time">At most.</param>
    /// <param name="goesOn">Whether there is still a reason to wait.</param>
    public static void While(object gate, TimeSpan time, Func<bool> goesOn)
    {
        var start = Stopwatch.GetTimestamp();
        lock (gate)
        {
            while (goesOn())
            {
                var left = time - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero) return;
                Monitor.Wait(gate, left);
            }
        }
    }
}
