using AkkaKv.Core.State;

namespace AkkaKv.Core;

/// <summary>
/// What the other parts of a server hold of its replica. A replica that restarts in the same process is another view: holders
/// ask for the current one each time.
/// </summary>
public interface IReplicaView
{
    ILocalReads Reads { get; }

    /// <summary>The state as last published, at most a heartbeat old.</summary>
    ReplicaStatus Status { get; }

    /// <summary>For approximate figures from any thread; linearizable answers come from <see cref="Reads"/> alone.</summary>
    KeyValueState State { get; }
}
