using Akka.Configuration;

namespace AkkaContract.Configuration;

public sealed class HoconValueTests
{
    [Theory]
    [InlineData("1000 ns", 0.001)]
    [InlineData("200 nanos", 0.0002)]
    [InlineData("3 micros", 0.003)]
    [InlineData("3 microseconds", 0.003)]
    [InlineData("7ms", 7)]
    [InlineData("7 milliseconds", 7)]
    [InlineData("1.5 s", 1_500)]
    [InlineData("5 seconds", 5_000)]
    [InlineData("2m", 120_000)]
    [InlineData("0.5 minutes", 30_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1 hour", 3_600_000)]
    [InlineData("2 d", 172_800_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("250", 250)]
    [InlineData("0", 0)]
    public void A_duration_is_a_number_and_a_unit(string text, double milliseconds)
    {
        var read = Parse($"a = {text}").GetTimeSpan("a");

        Assert.Equal(milliseconds, read.TotalMilliseconds, precision: 5);
    }

    [Fact]
    public void An_infinite_duration_is_read_where_it_is_allowed()
    {
        var config = Parse("a = infinite");

        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("a"));
        Assert.ThrowsAny<Exception>(() => config.GetTimeSpan("a", allowInfinite: false));
    }

    [Theory]
    [InlineData("-1s")]
    [InlineData("-1")]
    [InlineData("5us")]
    [InlineData("5 parsecs")]
    [InlineData("fast")]
    public void What_is_no_duration_is_refused(string text) =>
        Assert.ThrowsAny<Exception>(() => Parse($"a = \"{text}\"").GetTimeSpan("a"));

    [Theory]
    [InlineData("512", 512)]
    [InlineData("512b", 512)]
    [InlineData("512 B", 512)]
    [InlineData("1k", 1_024)]
    [InlineData("1K", 1_024)]
    [InlineData("1Ki", 1_024)]
    [InlineData("1KiB", 1_024)]
    [InlineData("1kB", 1_000)]
    [InlineData("2m", 2 * 1_024 * 1_024)]
    [InlineData("2MiB", 2 * 1_024 * 1_024)]
    [InlineData("2 MB", 2_000_000)]
    [InlineData("3g", 3L * 1_024 * 1_024 * 1_024)]
    [InlineData("3GB", 3_000_000_000)]
    public void A_size_is_an_integer_and_a_unit(string text, long bytes) =>
        Assert.Equal(bytes, Parse($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("1.5k")]
    [InlineData("1 mile")]
    [InlineData("much")]
    public void What_is_no_size_is_refused(string text) =>
        Assert.ThrowsAny<Exception>(() => Parse($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void Four_words_are_booleans(string text, bool value) => Assert.Equal(value, Parse($"a = {text}").GetBoolean("a"));

    [Theory]
    [InlineData("maybe")]
    [InlineData("1")]
    public void No_other_word_is_a_boolean(string text) => Assert.ThrowsAny<Exception>(() => Parse($"a = {text}").GetBoolean("a"));

    [Fact]
    public void What_is_missing_reads_as_the_default()
    {
        var config = Parse("present = 1");

        Assert.Equal(0, config.GetInt("absent"));
        Assert.Equal(7, config.GetInt("absent", 7));
        Assert.Equal(0L, config.GetLong("absent"));
        Assert.Null(config.GetString("absent"));
        Assert.Equal("x", config.GetString("absent", "x"));
        Assert.False(config.GetBoolean("absent"));
        Assert.True(config.GetBoolean("absent", true));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("absent"));
        Assert.Equal(TimeSpan.FromSeconds(3), config.GetTimeSpan("absent", TimeSpan.FromSeconds(3)));
        Assert.Null(config.GetByteSize("absent", null));
        Assert.Null(config.GetConfig("absent"));
        Assert.Empty(config.GetStringList("absent"));
        Assert.False(config.HasPath("absent"));
        Assert.True(config.HasPath("present"));
    }

    [Fact]
    public void A_list_may_stand_on_one_line_or_on_several()
    {
        var config = Parse("""
            one = [a, "b c", d]
            several = [
              1
              2,
              3
            ]
            none = []
            """);

        Assert.Equal(["a", "b c", "d"], config.GetStringList("one"));
        Assert.Equal([1, 2, 3], config.GetIntList("several"));
        Assert.Empty(config.GetStringList("none"));
    }

    [Fact]
    public void A_list_may_hold_objects()
    {
        var servers = Parse("""
            servers = [
              { id = 1, host = "a" }
              { id = 2, host = "b", }
            ]
            """).GetValue("servers").GetArray();

        Assert.Equal(2, servers.Count);
        Assert.Equal(2, servers[1].GetObject().GetKey("id").GetInt());
        Assert.Equal("a", servers[0].GetObject().GetKey("host").GetString());
    }

    [Fact]
    public void Numbers_are_read_without_regard_to_the_culture()
    {
        var config = Parse("d = 8.5, e = 1e3, i = -5, l = 9000000000");

        Assert.Equal(8.5, config.GetDouble("d"));
        Assert.Equal(1_000f, config.GetFloat("e"));
        Assert.Equal(-5, config.GetInt("i"));
        Assert.Equal(9_000_000_000, config.GetLong("l"));
        Assert.Equal(8.5m, config.GetDecimal("d"));
    }

    private static Config Parse(string hocon) => ConfigurationFactory.ParseString(hocon);
}
