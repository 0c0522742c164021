namespace AkkaKv.Core.State;

/// <summary>What a pattern said about a key.</summary>
public enum GlobMatch : byte
{
    No = 0,
    Yes,

    /// <summary>The answer was not found within the steps allowed.</summary>
    TooComplex,
}

/// <summary>
/// The patterns of KEYS and SCAN MATCH, with the meaning Redis gives them: <c>*</c> any bytes, <c>?</c> one byte, <c>[abc]</c>,
/// <c>[^abc]</c> and <c>[a-z]</c> one byte of a set, a backslash takes the next byte literally. A set that is never closed
/// ends with the pattern. Iterative: on a mismatch only the last star takes one more byte, so the work is at most
/// the product of the two lengths, and <see cref="StepsMax"/> bounds even that.
/// </summary>
public static class GlobPattern
{
    /// <summary>Comparisons of one byte allowed for one key: about ten milliseconds of work.</summary>
    public const int StepsMax = 4_000_000;

    /// <summary>Matches a whole key.</summary>
    public static GlobMatch Match(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> key, int stepsMax = StepsMax)
    {
        var (p, k) = (0, 0);
        var (starPattern, starKey) = (-1, 0); // Where to go on after the last star, and which byte it takes next.
        for (var steps = 0; k < key.Length; steps++)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                while (p < pattern.Length && pattern[p] == '*') p++;
                if (p == pattern.Length) return GlobMatch.Yes;
                (starPattern, starKey) = (p, k);
                continue;
            }

            var next = p;
            if (p < pattern.Length && MatchOne(pattern, ref next, key[k], ref steps))
            {
                p = next;
                k++;
                continue;
            }

            if (starPattern < 0) return GlobMatch.No;
            if (steps >= stepsMax) return GlobMatch.TooComplex;
            p = starPattern;
            k = ++starKey;
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length ? GlobMatch.Yes : GlobMatch.No;
    }

    /// <summary>Matches one byte with the element of the pattern at <paramref name="p"/>, and moves behind that element.</summary>
    private static bool MatchOne(ReadOnlySpan<byte> pattern, ref int p, byte octet, ref int steps)
    {
        switch (pattern[p])
        {
            case (byte)'?':
                p++;
                return true;
            case (byte)'[':
                return MatchSet(pattern, ref p, octet, ref steps);
            case (byte)'\\' when p + 1 < pattern.Length:
                p += 2;
                return pattern[p - 1] == octet;
            default:
                return pattern[p++] == octet;
        }
    }

    private static bool MatchSet(ReadOnlySpan<byte> pattern, ref int p, byte octet, ref int steps)
    {
        p++;
        var negated = p < pattern.Length && pattern[p] == '^';
        if (negated) p++;
        var found = false;
        while (p < pattern.Length && pattern[p] != ']')
        {
            steps++;
            if (pattern[p] == '\\' && p + 1 < pattern.Length)
            {
                found |= pattern[p + 1] == octet;
                p += 2;
            }
            else if (p + 2 < pattern.Length && pattern[p + 1] == '-')
            {
                var (low, high) = (pattern[p], pattern[p + 2]);
                if (low > high) (low, high) = (high, low);
                found |= low <= octet && octet <= high;
                p += 3;
            }
            else
            {
                found |= pattern[p++] == octet;
            }
        }

        if (p < pattern.Length) p++; // Behind the bracket.
        return found != negated;
    }
}
