namespace AkkaContract.Configuration;

/// <summary>What is compiled with the engine in src/Akka: it keeps every promise that is tested here.</summary>
internal static class Promises
{
    /// <summary>Why tests of promises that only that engine makes do not run.</summary>
    public const string? SkippedBecause = null;
}
