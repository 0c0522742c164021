namespace AkkaKv.Simulation.World;

/// <summary>What waits for one part of a server, and when that part wants to be woken.</summary>
internal sealed class Mailbox
{
    private readonly Queue<Action> _waiting = new();

    /// <summary>An event that empties this box is planned.</summary>
    public bool IsScheduled { get; set; }

    /// <summary>The next event includes a tick.</summary>
    public bool TickDue { get; set; } = true;

    /// <summary>True time of the earliest wake that is planned.</summary>
    public long WakeAt { get; set; } = long.MaxValue;

    public void Post(Action action) => _waiting.Enqueue(action);

    /// <summary>Does everything that waits.</summary>
    public void Empty()
    {
        while (_waiting.TryDequeue(out var action)) action();
    }
}
