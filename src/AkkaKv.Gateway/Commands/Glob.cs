using AkkaKv.Core;
using AkkaKv.Core.State;

namespace AkkaKv.Gateway.Commands;

/// <summary>
/// Patterns of KEYS, SCAN and CONFIG GET, with a bound on their length. That alone bounds the work for one key to what
/// <see cref="StepsMax"/> says, so every match has an answer.
/// </summary>
internal static class Glob
{
    /// <summary>Longest pattern taken, in bytes: matching costs at most the product of the lengths of pattern and text.</summary>
    public const int PatternBytesMax = 1024;

    private const int StepsMax = 2 * (PatternBytesMax + 1) * (Limits.KeyBytesMax + 1);

    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text) =>
        GlobPattern.Match(pattern, text, StepsMax) == GlobMatch.Yes;
}
