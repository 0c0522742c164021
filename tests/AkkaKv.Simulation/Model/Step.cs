namespace AkkaKv.Simulation.Model;

/// <summary>What can happen. Each is one handler of the protocol run to completion, or the clock, or a fault.</summary>
internal enum StepKind : byte
{
    Tick,
    Start,
    Promise,
    Adopt,
    Write,
    Replicate,
    Sync,
    Commit,
    Beat,
    Heartbeat,
    Grant,
    Lease,
    Received,
    Revoke,
    Revoked,
    RevokeAnswer,
    Readmit,
    Read,
    Restart,
    Lose,
    Seed,
}

/// <summary>One step of a schedule.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Epoch">Whose message, or which leader; 0 where it does not matter.</param>
/// <param name="Replica">Where.</param>
/// <param name="Argument">An index, a heartbeat or a set of slots, as the kind has it.</param>
internal readonly record struct Step(StepKind Kind, int Epoch = 0, int Replica = 0, int Argument = 0)
{
    public override string ToString() => Kind switch
    {
        StepKind.Tick => "the clock advances by a tick",
        StepKind.Start => $"server {Replica} starts leader e{Epoch}, its own replica promises"
            + (Argument == 0 ? "" : $"; it knows that replica {Argument - 1} is blank"),
        StepKind.Promise => $"replica {Replica} promises e{Epoch}",
        StepKind.Adopt => $"leader e{Epoch} adopts the best log of {{{Slots(Argument)}}} and appends its barrier",
        StepKind.Write => $"leader e{Epoch} appends a write",
        StepKind.Replicate => $"replica {Replica} takes the log of e{Epoch} up to {Argument}",
        StepKind.Sync => $"replica {Replica} has synced its disk",
        StepKind.Commit => $"leader e{Epoch} commits up to {Argument}",
        StepKind.Beat => $"leader e{Epoch} sends a heartbeat",
        StepKind.Heartbeat => $"replica {Replica} sees heartbeat {Argument} of e{Epoch} and acknowledges it",
        StepKind.Grant => $"leader e{Epoch} grants replica {Replica} a lease from when it saw heartbeat {Argument}",
        StepKind.Lease => $"replica {Replica} gets the grant of heartbeat {Argument} of e{Epoch}",
        StepKind.Received => $"leader e{Epoch} hears what replica {Replica} received since its restart",
        StepKind.Revoke => $"leader e{Epoch} suspends replica {Replica} and sends a revoke",
        StepKind.Revoked => $"replica {Replica} gets the revoke of e{Epoch} and answers",
        StepKind.RevokeAnswer => $"leader e{Epoch} gets replica {Replica}'s answer to the revoke",
        StepKind.Readmit => $"leader e{Epoch} admits replica {Replica} again",
        StepKind.Read => $"leader e{Epoch} is asked for a read index",
        StepKind.Restart => $"server {Replica} crashes and restarts",
        StepKind.Lose => $"server {Replica} crashes and restarts without its disk",
        StepKind.Seed => $"leader e{Epoch} seeds replica {Replica}",
        _ => Kind.ToString(),
    };

    private static string Slots(int set) => string.Join(',', Enumerable.Range(0, 8).Where(slot => (set >> slot & 1) != 0));
}
