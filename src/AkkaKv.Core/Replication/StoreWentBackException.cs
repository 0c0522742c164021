namespace AkkaKv.Core.Replication;

/// <summary>
/// The leader knows that this store acknowledged what it does not hold any more: somebody put an older copy of its files back
/// (rule R12, hole H33). It has forgotten what others rely on, so it must neither vote nor acknowledge: the host ends the process,
/// and the store is used again only when its files are set aside and the other servers fill it anew.
/// </summary>
public sealed class StoreWentBackException : Exception
{
    public StoreWentBackException()
    {
    }

    /// <param name="message">What the store acknowledged and what it holds.</param>
    public StoreWentBackException(string message)
        : base(message)
    {
    }

    public StoreWentBackException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
