namespace AkkaKv.Gateway.Polling;

/// <summary>
/// Something that lives on an <see cref="EventLoop"/>: it has a descriptor, and everything that is called here is called on the loop's
/// thread, one thing after the other. Others reach it with <see cref="Post"/>.
/// </summary>
internal abstract class LoopMember(EventLoop loop)
{
    private int _signals;

    public EventLoop Loop { get; } = loop;

    /// <summary>What the loop waits for with this member's key; the loop's own.</summary>
    internal ulong Key { get; set; }

    /// <summary>The next one in the loop's mail; the loop's own.</summary>
    internal LoopMember? NextPosted { get; set; }

    /// <summary>Calls <see cref="OnSignals"/> soon. Signals that were not seen yet are seen together. Callable from any thread.</summary>
    /// <param name="signals">Bits that mean something to the member.</param>
    public void Post(int signals)
    {
        if (Interlocked.Or(ref _signals, signals) == 0)
            Loop.Deliver(this);
    }

    /// <summary>The descriptor is ready.</summary>
    /// <param name="ready">Bits of <see cref="LibC"/>. Errors come unasked.</param>
    public abstract void OnReady(int ready);

    /// <summary>Others want something.</summary>
    public abstract void OnSignals(int signals);

    /// <summary>A time has come that was asked for with <see cref="EventLoop.CallAt"/>.</summary>
    public abstract void OnTime();

    /// <summary>It is the member's turn again, as asked for with <see cref="EventLoop.CallAgain"/>.</summary>
    public abstract void OnTurn();

    /// <summary>One of the calls above threw.</summary>
    public abstract void OnFailure(Exception failure);

    internal void TakeSignals() => OnSignals(Interlocked.Exchange(ref _signals, 0));
}
