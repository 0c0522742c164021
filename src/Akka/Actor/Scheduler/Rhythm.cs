#nullable enable

namespace Akka.Actor;

/// <summary>Brings what is done periodically into step: a node that does several things at the same moment wakes up once for all.</summary>
internal static class Rhythm
{
    /// <summary>
    /// How long to wait before the first beat: at least <paramref name="least"/>, and until the clock shows a multiple of the interval.
    /// </summary>
    public static TimeSpan DelayOf(IScheduler scheduler, TimeSpan least, TimeSpan interval)
    {
        var beyond = (scheduler.MonotonicClock + least).Ticks % interval.Ticks;
        return beyond == 0 ? least : least + TimeSpan.FromTicks(interval.Ticks - beyond);
    }
}
