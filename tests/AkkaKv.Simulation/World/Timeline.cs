namespace AkkaKv.Simulation.World;

/// <summary>
/// True time and everything that will happen, in one order: by time, and at equal times by when it was planned. There is no other
/// source of order in the simulation, so a seed replays a run exactly.
/// </summary>
internal sealed class Timeline
{
    private readonly PriorityQueue<Action, (long Time, long Number)> _planned = new();
    private long _number;

    /// <summary>True time in nanoseconds from the beginning of the run. No server can see it.</summary>
    public long Now { get; private set; }

    /// <summary>Events so far.</summary>
    public long Steps { get; private set; }

    public static long Milliseconds(double milliseconds) => (long)(milliseconds * 1_000_000);

    public void At(long time, Action happens) => _planned.Enqueue(happens, (Math.Max(time, Now), ++_number));

    public void After(long nanoseconds, Action happens) => At(Now + nanoseconds, happens);

    /// <summary>Lets the next event happen; false when nothing is planned.</summary>
    public bool Step()
    {
        if (!_planned.TryDequeue(out var happens, out var when)) return false;
        Now = when.Time;
        Steps++;
        happens();
        return true;
    }
}
