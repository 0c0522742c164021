namespace AkkaKv.Simulation.Model;

/// <summary>What a search may use up. Everything else is without bound: delays, repeats, losses, orders, the number of ticks.</summary>
internal sealed record Bounds
{
    /// <summary>Which protocol is searched.</summary>
    public Mutant Mutant { get; init; }

    /// <summary>N.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>The server of each leader instance, in the order of epochs (not of time). By symmetry the first is 0.</summary>
    public IReadOnlyList<int> Owners { get; init; } = [0, 1];

    /// <summary>Heartbeats of each leader instance, at most 7.</summary>
    public IReadOnlyList<int> Heartbeats { get; init; } = [3, 1];

    /// <summary>Client writes in all.</summary>
    public int Writes { get; init; } = 1;

    /// <summary>Crashes, each with a restart.</summary>
    public int Restarts { get; init; }

    /// <summary>Disks lost.</summary>
    public int Losses { get; init; }

    /// <summary>Leases taken back by their leader.</summary>
    public int Revokes { get; init; }

    /// <summary>Reads through the leader that would be stale if they were confirmed.</summary>
    public int Reads { get; init; }

    /// <summary>Ticks of a lease. D and W are the same: there is no drift here.</summary>
    public int Lease { get; init; } = 2;

    /// <summary>Option R: lease holders need only have received an entry, a majority must have it on disk.</summary>
    public bool CountReceived { get; init; }

    /// <summary>Whether the first leader reigns from the start, promised by all, its barrier known to be committed.</summary>
    public bool Established { get; init; }

    /// <summary>Whether states that differ only in what can no longer matter are told apart: slow, a check of the search.</summary>
    public bool Verbatim { get; init; }

    public int Epochs => Owners.Count;

    /// <summary>Without heartbeats nobody has a lease, and nobody needs a clock to wait for the end of one.</summary>
    public bool HasLeases => Heartbeats.Any(count => count > 0);

    public int Majority => (Replicas / 2) + 1;

    /// <summary>Whether an entry can be in a log and not yet on disk.</summary>
    public bool SyncsLate => CountReceived || Mutant == Mutant.AckBeforeSync;

    /// <exception cref="ArgumentException">A bound is beyond what a state can hold.</exception>
    public void Validate()
    {
        if (Replicas is < 1 or > 5) throw new ArgumentException("1 to 5 replicas.");
        if (Epochs is < 1 or > 7) throw new ArgumentException("1 to 7 leaders.");
        if (Owners.Any(owner => owner < 0 || owner >= Replicas)) throw new ArgumentException("A leader is on one of the servers.");
        if (Heartbeats.Count != Epochs) throw new ArgumentException("As many numbers of heartbeats as leaders.");
        if (Heartbeats.Any(count => count is < 0 or > 7)) throw new ArgumentException("0 to 7 heartbeats a leader.");
        if (Writes < 0 || PackedLog.LengthMax < Epochs + Writes)
            throw new ArgumentException($"Leaders and writes together: {PackedLog.LengthMax} at most.");
        if (Lease is < 1 or > 6) throw new ArgumentException("A lease has 1 to 6 ticks.");
        if (Losses > Replicas - Majority) throw new ArgumentException("More disks are lost than the protocol allows.");
    }

    public override string ToString() =>
        $"mutant {(int)Mutant} {Mutant}: {Replicas} replicas, leaders on {string.Join(',', Owners)}, "
        + $"heartbeats {string.Join('+', Heartbeats)}, "
        + $"writes {Writes}, restarts {Restarts}, lost disks {Losses}, revokes {Revokes}, reads {Reads}, lease {Lease} ticks"
        + (CountReceived ? ", received counts" : "") + (Established ? ", first leader established" : "") + (Verbatim ? ", verbatim" : "");
}
