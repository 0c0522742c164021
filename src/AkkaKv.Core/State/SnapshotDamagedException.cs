namespace AkkaKv.Core.State;

/// <summary>These bytes are not a snapshot, or not a whole and unchanged one. Nothing of it was taken over.</summary>
public sealed class SnapshotDamagedException : Exception
{
    public SnapshotDamagedException()
    {
    }

    public SnapshotDamagedException(string message)
        : base(message)
    {
    }

    public SnapshotDamagedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <param name="offset">Where the block or field begins that is wrong, in bytes from the start of the snapshot.</param>
    /// <param name="reason">What is wrong with it.</param>
    public SnapshotDamagedException(long offset, string reason)
        : base($"Damaged snapshot: {reason}, at byte {offset}.") => Offset = offset;

    /// <summary>Bytes from the start of the snapshot.</summary>
    public long Offset { get; }
}
