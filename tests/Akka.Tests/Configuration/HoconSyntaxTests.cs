using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace AkkaContract.Configuration;

public sealed class HoconSyntaxTests
{
    [Fact]
    public void Paths_and_braces_say_the_same()
    {
        var dotted = Parse("a.b.c = 1\na.b.d = 2");
        var braced = Parse("a { b { c = 1, d : 2 } }");

        foreach (var config in new[] { dotted, braced })
        {
            Assert.Equal(1, config.GetInt("a.b.c"));
            Assert.Equal(2, config.GetConfig("a").GetConfig("b").GetInt("d"));
        }
    }

    [Fact]
    public void An_object_given_twice_is_merged_and_a_later_value_wins()
    {
        var config = Parse("""
            a { x = 1, y = 1 }
            a { y = 2, z = 2 }
            a.z = 3
            """);

        Assert.Equal((1, 2, 3), (config.GetInt("a.x"), config.GetInt("a.y"), config.GetInt("a.z")));
    }

    [Fact]
    public void Comments_are_skipped()
    {
        var config = Parse("""
            # at the start of a line
            a = 1 # after a value
            // the other kind
            b = "# none" // after a string
            """);

        Assert.Equal(1, config.GetInt("a"));
        Assert.Equal("# none", config.GetString("b"));
    }

    [Fact]
    public void A_quoted_key_keeps_its_dots()
    {
        var config = Parse("bindings { \"My.Type, My.Assembly\" = kv }");

        Assert.Equal("My.Type, My.Assembly", Assert.Single(config.GetConfig("bindings").AsEnumerable()).Key);
    }

    [Fact]
    public void Strings_keep_their_spaces_and_escapes()
    {
        var config = Parse("plain = two words\nescaped = \"a\\tb\\\\\"\nraw = \"\"\"a\\t\n\"b\"\"\"\"");

        Assert.Equal("two words", config.GetString("plain"));
        Assert.Equal("a\tb\\", config.GetString("escaped"));
        Assert.StartsWith("a\\t\n\"b", config.GetString("raw"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_substitution_finds_what_stands_anywhere_in_the_text()
    {
        var config = Parse("""
            all = ${base}
            name = ${host}
            host = "a"
            base { x = 1 }
            """);

        Assert.Equal("a", config.GetString("name"));
        Assert.Equal(1, config.GetInt("all.x"));
    }

    [Fact]
    public void A_substitution_does_not_look_into_the_fallback()
    {
        Config fallback = "x = 1";

        Assert.ThrowsAny<Exception>(() => Parse("a = ${x}").WithFallback(fallback));
    }

    [Fact]
    public void The_environment_is_not_looked_at()
    {
        Environment.SetEnvironmentVariable("AKKA_CONTRACT_HOCON", "set");

        Assert.ThrowsAny<Exception>(() => Parse("a = ${AKKA_CONTRACT_HOCON}"));
    }

    [Fact]
    public void An_include_is_what_the_callback_gives()
    {
        var config = ConfigurationFactory.ParseString(
            "a = 1\ninclude \"other\"\nb = 3",
            name => Parser.Parse($"b = 2, c = \"{name}\"", null));

        Assert.Equal((1, 3, "other"), (config.GetInt("a"), config.GetInt("b"), config.GetString("c")));
    }

    [BundledTheory]
    [InlineData("a = ", 1, 5)]
    [InlineData("a { b = 1", 1, 10)]
    [InlineData("a = 1\n}", 2, 1)]
    [InlineData("a = 1\n\n  b c = 2", 3, 5)]
    [InlineData("a = [1, 2", 1, 10)]
    [InlineData("a = \"open", 1, 5)]
    [InlineData("# fine\na = \"x\\q\"", 2, 7)]
    [InlineData("x = 1\na = ${y}", 2, 5)]
    [InlineData("a = ${?x}", 1, 5)]
    [InlineData("a = ${a}", 1, 5)]
    [InlineData("a += 1", 1, 3)]
    [InlineData("a = b = c", 1, 7)]
    [InlineData("a = {} 1", 1, 5)]
    [InlineData("a=1\ninclude \"x\"", 2, 9)]
    [InlineData("t = \"\"\"x\ny\"\"\"\nb c", 3, 3)]
    public void A_syntax_error_says_where_it_is(string text, int line, int column)
    {
        var error = Assert.Throws<FormatException>(() => Parse(text));

        Assert.StartsWith($"line {line}, column {column}: ", error.Message, StringComparison.Ordinal);
    }

    [BundledTheory]
    [InlineData("a.b = x", "a.b: expected a 32-bit integer, found 'x'")]
    [InlineData("a.b = [1]", "a.b: expected text, found a list")]
    [InlineData("a.b { c = 1 }", "a.b: expected text, found an object")]
    public void A_value_of_the_wrong_type_names_its_path(string text, string message)
    {
        var error = Assert.Throws<FormatException>(() => Parse(text).GetInt("a.b"));

        Assert.Equal(message, error.Message);
    }

    private static Config Parse(string hocon) => ConfigurationFactory.ParseString(hocon);
}
