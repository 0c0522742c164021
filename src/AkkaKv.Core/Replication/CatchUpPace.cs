namespace AkkaKv.Core.Replication;

/// <summary>
/// How one that lacks much gets it while clients write: piece by piece, and after each it rests as long as the piece took, so that those
/// who answer clients get their turn. It does not rest where nobody writes, nor where so much is written that the gap would grow.
/// </summary>
/// <remarks>
/// Measured with three servers on two cores at half their highest throughput: one that came back after 20 s took in what it lacked as fast
/// as it could, and the threads of the others, ten of which handle a write one after the other, each waited for a core: requests took up to
/// 200 ms, for three seconds.
/// </remarks>
internal sealed class CatchUpPace
{
    private static readonly TimeSpan RestMax = TimeSpan.FromMilliseconds(100);

    private Instant _began;
    private LogIndex? _end;

    /// <summary>When the next piece may begin; null for at once.</summary>
    public Instant? RestsUntil { get; private set; }

    /// <summary>Pieces go one by one. So does the first, before which nothing is known of the clients.</summary>
    public bool IsGentle { get; private set; } = true;

    public bool Rests(Instant now) => now < RestsUntil;

    /// <summary>A piece begins.</summary>
    /// <param name="now">Now.</param>
    /// <param name="end">Where the log ends that is caught up with.</param>
    public void Begin(Instant now, LogIndex end)
    {
        _began = now;
        _end ??= end;
    }

    /// <summary>A piece is done.</summary>
    /// <param name="now">Now.</param>
    /// <param name="end">Where the log ends by now.</param>
    /// <param name="entries">How many entries it had.</param>
    public void Done(Instant now, LogIndex end, long entries)
    {
        var grown = end - (_end ?? end);
        IsGentle = grown > 0 && 2 * grown <= entries;
        var took = now - _began;
        RestsUntil = IsGentle ? now + (took < RestMax ? took : RestMax) : null;
        _end = end;
    }

    /// <summary>There is nothing to catch up with.</summary>
    public void Reset()
    {
        _end = null;
        RestsUntil = null;
        IsGentle = true;
    }
}
