using AkkaKv.Core.State;
using static AkkaKv.Core.Tests.State.TestLog;

namespace AkkaKv.Core.Tests.State;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("h?llo", "hello", true)]
    [InlineData("h?llo", "hllo", false)]
    [InlineData("h*llo", "hllo", true)]
    [InlineData("h*llo", "heeeello", true)]
    [InlineData("h*llo", "heeeell", false)]
    [InlineData("h[ae]llo", "hallo", true)]
    [InlineData("h[ae]llo", "hillo", false)]
    [InlineData("h[^e]llo", "hallo", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[a-c]llo", "hbllo", true)]
    [InlineData("h[c-a]llo", "hbllo", true)]
    [InlineData("h[a-c]llo", "hdllo", false)]
    [InlineData("h\\?llo", "h?llo", true)]
    [InlineData("h\\?llo", "hello", false)]
    [InlineData("a\\", "a\\", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[a-]", "-", false)] // A range from a to the bracket, which it swallows.
    [InlineData("[a-]", "^", true)]
    [InlineData("[abc", "b", true)]
    [InlineData("[", "a", false)]
    [InlineData("[]", "a", false)]
    [InlineData("[^]", "a", true)]
    [InlineData("*a*b*c*", "xxaxxbxxcxx", true)]
    [InlineData("*a*b*c", "xxaxxbxxcxx", false)]
    [InlineData("**?", "a", true)]
    [InlineData("**?", "", false)]
    [InlineData("user:*:name", "user:1:2:name", true)]
    [InlineData("abc", "ABC", false)]
    public void Patterns_mean_what_they_mean_to_Redis(string pattern, string key, bool matches)
    {
        Assert.Equal(matches ? GlobMatch.Yes : GlobMatch.No, GlobPattern.Match(Bytes(pattern), Bytes(key)));
    }

    [Fact]
    public void A_pattern_made_to_take_for_ever_ends_within_the_steps_allowed()
    {
        var pattern = Bytes(string.Concat(Enumerable.Repeat("*a", 30_000)) + "b");
        var key = Bytes(new string('a', 65_536));
        Assert.NotEqual(GlobMatch.Yes, GlobPattern.Match(pattern, key));
        Assert.Equal(GlobMatch.TooComplex, GlobPattern.Match(Bytes("*" + new string('a', 5_000) + "b"), key));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_agrees_with_a_plain_recursive_matcher(int seed)
    {
        var random = new Prng((ulong)seed);
        for (var i = 0; i < 20_000; i++)
        {
            var pattern = Word(random, "ab*?", 8);
            var key = Word(random, "ab", 8);
            Assert.Equal(Recursive(pattern, key) ? GlobMatch.Yes : GlobMatch.No, GlobPattern.Match(Bytes(pattern), Bytes(key)));
        }
    }

    private static string Word(Prng random, string letters, int lengthMax) =>
        string.Concat(Enumerable.Range(0, random.Below(lengthMax + 1)).Select(_ => letters[random.Below(letters.Length)]));

    private static bool Recursive(string pattern, string key)
    {
        if (pattern.Length == 0) return key.Length == 0;
        if (pattern[0] == '*') return Recursive(pattern[1..], key) || (key.Length > 0 && Recursive(pattern, key[1..]));
        return key.Length > 0 && (pattern[0] == '?' || pattern[0] == key[0]) && Recursive(pattern[1..], key[1..]);
    }
}
