using System.Diagnostics;

namespace AkkaKv.Storage;

/// <summary>
/// Work that nobody waits for leaves processor and disk to those who are waited for: it is done in pieces, and after each it rests three
/// times as long as the piece took, so that it takes a quarter of its time from others however slow the machine is.
/// </summary>
/// <remarks>
/// Measured with three servers on two cores and one disk, at half their highest throughput: where three snapshots of 13 MB were written
/// at once and without rests, requests took 70 to 150 ms, and no fdatasync of a log took 50. Alone, three logs beside three such files had
/// theirs in 16 ms at worst with slices of 4 MiB, in 7 to 17 with smaller ones, preallocated or with O_DIRECT or neither, and in 9 with no
/// snapshot at all: how the bytes get to the disk hardly matters.
/// </remarks>
internal sealed class Pace
{
    /// <summary>Written between two syncs, at most, and so between two rests.</summary>
    public const int PieceBytes = 512 * 1024;

    private const int RestsPerWork = 3;

    /// <summary>A piece that took long because the whole process stood still is no reason to rest.</summary>
    private static readonly TimeSpan RestMax = TimeSpan.FromMilliseconds(250);

    private readonly Action<TimeSpan>? _rest;
    private long _since = Stopwatch.GetTimestamp();

    /// <param name="rest">Waits so long, or shorter when somebody waits for the work by now. Null for work without rests.</param>
    public Pace(Action<TimeSpan>? rest) => _rest = rest;

    /// <summary>A piece is done.</summary>
    public void Rest()
    {
        if (_rest is null) return;
        var rest = RestsPerWork * Stopwatch.GetElapsedTime(_since);
        _rest(rest < RestMax ? rest : RestMax);
        _since = Stopwatch.GetTimestamp();
    }
}
