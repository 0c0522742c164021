using System.Globalization;
using System.Runtime.InteropServices;
using AkkaKv.Core;

namespace AkkaKv.Actors;

/// <summary>
/// CLOCK_BOOTTIME of Linux: unlike <see cref="System.Diagnostics.Stopwatch"/>, which is CLOCK_MONOTONIC, it counts the time in which
/// the machine was suspended, so a lease does not survive the night in a closed laptop (hole H23).
/// </summary>
public sealed partial class BootClock : IClock
{
    /// <summary>A factor by which the clock runs too fast or too slow: only for tests of clock drift between servers.</summary>
    public const string RateVariable = "AKKAKV_TEST_CLOCK_RATE";

    private const int ClockBootTime = 7;

    private readonly double _rate;

    /// <param name="rate">1 for the true clock.</param>
    public BootClock(double rate = 1) => _rate = rate;

    /// <inheritdoc/>
    public Instant Now
    {
        get
        {
            if (GetTime(ClockBootTime, out var time) != 0)
                throw new InvalidOperationException("This kernel has no CLOCK_BOOTTIME.");
            var nanoseconds = (time.Seconds * 1_000_000_000) + time.Nanoseconds;
            return new Instant(_rate == 1 ? nanoseconds : (long)(nanoseconds * _rate));
        }
    }

    /// <inheritdoc/>
    public long UnixMilliseconds => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>The true clock, unless a test says otherwise in <see cref="RateVariable"/>.</summary>
    public static BootClock FromEnvironment() =>
        Environment.GetEnvironmentVariable(RateVariable) is { Length: > 0 } rate
            ? new BootClock(double.Parse(rate, CultureInfo.InvariantCulture))
            : new BootClock();

    // It neither blocks nor calls back, and takes some 20 ns: the transition would cost as much again.
    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
