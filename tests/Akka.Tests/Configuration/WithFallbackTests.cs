using Akka.Configuration;

namespace AkkaContract.Configuration;

public sealed class WithFallbackTests
{
    [Fact]
    public void The_upper_configuration_wins_and_the_lower_fills_in()
    {
        Config upper = "a { x = 1 }\nonly-upper = u";
        Config lower = "a { x = 2, y = 2 }\nonly-lower = l";

        var config = upper.WithFallback(lower);

        Assert.Equal((1, 2), (config.GetInt("a.x"), config.GetInt("a.y")));
        Assert.Equal(("u", "l"), (config.GetString("only-upper"), config.GetString("only-lower")));
    }

    [Fact]
    public void Objects_are_merged_through_every_level_and_every_layer()
    {
        Config top = "a.b.c.d { one = 1 }";
        Config middle = "a.b.c.d { one = 2, two = 2 }\na.b.m = 2";
        Config bottom = "a.b.c.d { one = 3, two = 3, three = 3 }\na.b.m = 3";

        var config = top.WithFallback(middle).WithFallback(bottom);
        var deep = config.GetConfig("a.b").GetConfig("c.d");

        Assert.Equal((1, 2, 3), (deep.GetInt("one"), deep.GetInt("two"), deep.GetInt("three")));
        Assert.Equal(2, config.GetInt("a.b.m"));
    }

    [Fact]
    public void Neither_of_the_two_changes()
    {
        Config upper = "a.x = 1";
        Config lower = "a.y = 2";

        upper.WithFallback(lower);

        Assert.False(upper.HasPath("a.y"));
        Assert.False(lower.HasPath("a.x"));
    }

    [Fact]
    public void A_list_hides_the_list_below_it()
    {
        Config upper = "a = [1]";

        Assert.Equal([1], upper.WithFallback("a = [1, 2, 3]").GetIntList("a"));
    }

    [Fact]
    public void Nothing_is_empty_and_something_is_not()
    {
        Assert.True(ConfigurationFactory.Empty.IsEmpty);
        Assert.True(((Config)null!).IsNullOrEmpty());
        Assert.False(ConfigurationFactory.ParseString("a = 1").IsEmpty);
        Assert.Equal(1, ConfigurationFactory.Empty.SafeWithFallback("a = 1").GetInt("a"));
    }

    [Fact]
    public void The_engine_has_defaults_for_what_it_reads()
    {
        var defaults = ConfigurationFactory.Default();

        Assert.Equal("INFO", defaults.GetString("akka.loglevel"), ignoreCase: true);
        Assert.Equal(30, defaults.GetInt("akka.actor.default-dispatcher.throughput"));
        Assert.Equal(TimeSpan.FromSeconds(5), defaults.GetTimeSpan("akka.coordinated-shutdown.default-phase-timeout"));
    }
}
