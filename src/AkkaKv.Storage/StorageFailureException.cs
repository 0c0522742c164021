using System.Runtime.InteropServices;

namespace AkkaKv.Storage;

/// <summary>
/// The operating system refused a call on a file. On the write path this is the end of the process (rule R13): after a failed
/// write or fsync nobody knows what is on disk, and asking again would be answered with a comfortable lie.
/// </summary>
public sealed class StorageFailureException : Exception
{
    private const int IoErrorNumber = 5;
    internal const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    public StorageFailureException()
        : this("operation", "", IoErrorNumber)
    {
    }

    public StorageFailureException(string message)
        : base(message)
    {
        Operation = "operation";
        File = "";
    }

    public StorageFailureException(string message, Exception innerException)
        : base(message, innerException)
    {
        Operation = "operation";
        File = "";
    }

    /// <param name="operation">The call, as its manual page names it.</param>
    /// <param name="file">Path of the file.</param>
    /// <param name="errorNumber">errno.</param>
    public StorageFailureException(string operation, string file, int errorNumber)
        : base($"{operation} failed on {file}: {Marshal.GetPInvokeErrorMessage(errorNumber)} (errno {errorNumber})")
    {
        Operation = operation;
        File = file;
        ErrorNumber = errorNumber;
    }

    public string Operation { get; }

    public string File { get; }

    /// <summary>errno, or 0 when there was none.</summary>
    public int ErrorNumber { get; }

    /// <summary>No room on the device, or the quota is used up. While a new file is being filled this can be recovered from.</summary>
    public bool IsDiskFull => ErrorNumber is NoSpace or QuotaExceeded;

    /// <summary>The medium could not give the bytes back.</summary>
    internal bool IsUnreadable => ErrorNumber == IoErrorNumber && Operation == "pread";
}
