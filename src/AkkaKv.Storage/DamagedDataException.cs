namespace AkkaKv.Storage;

/// <summary>
/// The store holds something that was durable once and cannot be trusted now (rule R12). The server does not start on it:
/// exit code 3, or, with <c>--discard-damaged</c>, the files are set aside and the replica starts blank and is healed by its peers.
/// </summary>
public sealed class DamagedDataException : Exception
{
    public DamagedDataException()
        : this("damaged data")
    {
    }

    public DamagedDataException(string message)
        : base(message) => File = "";

    public DamagedDataException(string message, Exception innerException)
        : base(message, innerException) => File = "";

    /// <param name="file">Path of the file.</param>
    /// <param name="offset">Byte at which the damaged part begins.</param>
    /// <param name="reason">What is wrong there, as a clause.</param>
    public DamagedDataException(string file, long offset, string reason)
        : base($"damaged data in {file} at offset {offset}: {reason}")
    {
        File = file;
        Offset = offset;
    }

    public string File { get; }

    public long Offset { get; }
}

/// <summary>
/// The directory is in order but not for this server: another process has it, it belongs to another server, a newer version
/// wrote it, or its permissions forbid it. Nothing was changed.
/// </summary>
public sealed class StoreRefusedException : Exception
{
    public StoreRefusedException()
    {
    }

    public StoreRefusedException(string message)
        : base(message)
    {
    }

    public StoreRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
