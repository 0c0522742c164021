namespace AkkaKv.Server.Commands;

/// <summary>What the process ends with.</summary>
public static class ExitCode
{
    /// <summary>Stopped as asked.</summary>
    public const int Stopped = 0;

    /// <summary>It failed while running.</summary>
    public const int RuntimeFailure = 1;

    /// <summary>Bad arguments or configuration.</summary>
    public const int BadConfiguration = 2;

    /// <summary>Data is damaged; the message names file and offset.</summary>
    public const int DamagedData = 3;
}
