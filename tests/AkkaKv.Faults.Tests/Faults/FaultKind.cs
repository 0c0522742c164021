namespace AkkaKv.Faults.Tests.Faults;

/// <summary>What is done to a running cluster.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 of a server that does not lead; it is started again after a while.</summary>
    KillFollower,

    /// <summary>kill -9 of the server with the leader.</summary>
    KillLeader,

    /// <summary>kill -9 of all servers at once: a power cut.</summary>
    KillAll,

    /// <summary>A server that does not lead stands still for longer than its lease.</summary>
    PauseFollower,

    /// <summary>The server with the leader stands still for longer than the leases it granted, and wakes as a leader of old.</summary>
    PauseLeader,

    /// <summary>A server that does not lead stands still for longer than the others wait for it.</summary>
    FreezeFollower,

    /// <summary>The server with the leader stands still for longer than the others wait for it.</summary>
    FreezeLeader,

    /// <summary>A server is asked to stop and started again.</summary>
    Restart,

    /// <summary>A server loses the end of a file while it is down.</summary>
    TruncateFile,

    /// <summary>A server finds one bit of a file changed when it starts.</summary>
    FlipBit,

    /// <summary>The disk of one server has no room for a while. Needs small disks.</summary>
    FillDisk,

    /// <summary>The server with the leader and the others do not hear each other; clients reach all. Needs a network.</summary>
    IsolateLeader,

    /// <summary>A server that does not lead and the others do not hear each other. Needs a network.</summary>
    IsolateFollower,

    /// <summary>Two servers do not hear each other; the third hears both. Needs a network.</summary>
    CutPair,

    /// <summary>One server hears another that does not hear it. Needs a network.</summary>
    CutOneWay,
}
