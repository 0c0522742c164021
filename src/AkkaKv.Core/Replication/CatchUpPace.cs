namespace AkkaKv.Core.Replication;

/// <summary>
/// How one that lacks much gets it while clients write: piece by piece, and after each it rests as long as the piece took, so that those
/// who answer clients get their turn. Pieces begin small, before anything is known of the clients, and become as large as they are quick.
/// It does not rest where nobody writes, nor where so much is written that the gap would grow: then pieces double, until nothing is held
/// back any more.
/// </summary>
/// <remarks>
/// Measured with three servers on two cores at half their highest throughput: one that came back after 20 s took in what it lacked as fast
/// as it could, and the threads of the others, ten of which handle a write one after the other, each waited for a core: requests took up to
/// 200 ms, for three seconds. With pieces of a quarter of a message from the first on they still took 60 to 120 ms once: the first piece
/// waits for a process that has only just started, so it seemed that the gap would grow, and the leader read and encoded eight whole
/// messages in one go.
/// </remarks>
internal sealed class CatchUpPace
{
    private const int SmallestShare = 16;
    private const int LargestGentleShare = 4;

    private static readonly TimeSpan RestMax = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(20);

    private Instant _began;

    /// <summary>How far it was, and where the log ended, when the last piece was done or the first one began.</summary>
    private (LogIndex UpTo, LogIndex End)? _last;

    /// <summary>When the next piece may begin; null for at once.</summary>
    public Instant? RestsUntil { get; private set; }

    /// <summary>A piece is a message divided by this. 1: message after message, without waiting for answers.</summary>
    public int Share { get; private set; } = SmallestShare;

    /// <summary>There is something to catch up with.</summary>
    public bool IsUnderWay => _last is not null;

    public bool Rests(Instant now) => now < RestsUntil;

    /// <summary>A piece begins.</summary>
    /// <param name="now">Now.</param>
    /// <param name="from">The piece comes after this.</param>
    /// <param name="end">Where the log ends that is caught up with.</param>
    public void Begin(Instant now, LogIndex from, LogIndex end)
    {
        _began = now;
        _last ??= (from, end);
    }

    /// <summary>A piece is done.</summary>
    /// <param name="now">Now.</param>
    /// <param name="upTo">It ended with this.</param>
    /// <param name="end">Where the log ends by now.</param>
    public void Done(Instant now, LogIndex upTo, LogIndex end)
    {
        Invariant.Holds(IsUnderWay);
        var (from, before) = _last!.Value;
        var (caughtUp, grown) = (upTo - from, end - before);
        var took = now - _began;
        (_last, RestsUntil) = ((upTo, end), null);
        if (grown == 0 || 2 * grown > caughtUp)
        {
            Share = Math.Max(Share / 2, 1);
            return;
        }

        RestsUntil = now + (took < RestMax ? took : RestMax);
        if (Share < LargestGentleShare || took > Slow) Share = Math.Min(Share * 2, SmallestShare);
        else if (took < Quick) Share = Math.Max(Share / 2, LargestGentleShare);
    }

    /// <summary>There is nothing to catch up with.</summary>
    public void Reset()
    {
        (_last, RestsUntil) = (null, null);
        Share = SmallestShare;
    }
}
