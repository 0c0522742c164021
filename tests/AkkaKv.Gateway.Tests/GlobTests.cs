using System.Text;
using AkkaKv.Gateway.Commands;

namespace AkkaKv.Gateway.Tests;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*c", "abbc", true)]
    [InlineData("a*c", "abbd", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("?b", "ab", true)]
    [InlineData("?", "", false)]
    [InlineData("h[ae]llo", "hallo", true)]
    [InlineData("h[^ae]llo", "hallo", false)]
    [InlineData("h[a-c]llo", "hbllo", true)]
    [InlineData("h[c-a]llo", "hbllo", true)]
    [InlineData("h\\*", "h*", true)]
    [InlineData("h\\*", "hx", false)]
    [InlineData("[abc", "b", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("abc\\", "abc\\", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void Patterns_match_as_in_Redis(string pattern, string text, bool expected) =>
        Assert.Equal(expected, Glob.IsMatch(Encoding.Latin1.GetBytes(pattern), Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void A_hostile_pattern_ends_soon()
    {
        var pattern = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("*a", 500)) + "b");
        Assert.False(Glob.IsMatch(pattern, Encoding.Latin1.GetBytes(new string('a', 10_000))));
    }
}
