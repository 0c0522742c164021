namespace AkkaContract.Configuration;

/// <summary>What is compiled with the official engine, which promises less about hostile peers and bad networks.</summary>
internal static class Promises
{
    /// <summary>Why tests of promises that only the engine in src/Akka makes do not run.</summary>
    public const string? SkippedBecause = "promised by the bundled engine only";
}
