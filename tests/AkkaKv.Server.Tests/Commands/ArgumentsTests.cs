using AkkaKv.Server.Commands;
using AkkaKv.Server.Configuration;

namespace AkkaKv.Server.Tests.Commands;

public sealed class ArgumentsTests
{
    [Fact]
    public void One_server_is_started_from_a_file_and_an_id() => Assert.Equal(
        new Arguments.Serve("a.conf", 3, Data: null, DiscardDamaged: false), Parse("--config", "a.conf", "--server", "3"));

    [Fact]
    public void Options_come_in_any_order() => Assert.Equal(
        new Arguments.Serve("a.conf", 3, "dir", DiscardDamaged: true),
        Parse("--discard-damaged", "--data", "dir", "--server", "3", "--config", "a.conf"));

    [Fact]
    public void A_cluster_needs_nothing_and_takes_a_file_and_a_folder()
    {
        Assert.Equal(new Arguments.Cluster(null, null), Parse("cluster"));
        Assert.Equal(new Arguments.Cluster("a.conf", "dir"), Parse("cluster", "--data", "dir", "--config", "a.conf"));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("cluster", "--help")]
    public void Help_is_given_wherever_it_is_asked_for(params string[] args) => Assert.IsType<Arguments.Help>(Parse(args));

    [Theory]
    [InlineData("--config")]
    [InlineData("--config", "a.conf")]
    [InlineData("--server", "1")]
    [InlineData("--config", "a.conf", "--server")]
    [InlineData("--config", "a.conf", "--server", "one")]
    [InlineData("--config", "a.conf", "--server", "-1")]
    [InlineData("--config", "a.conf", "--server", "1", "--server", "2")]
    [InlineData("--config", "a.conf", "--server", "1", "--colour")]
    [InlineData("--config", "a.conf", "--server", "1", "cluster")]
    [InlineData("cluster", "--server", "1")]
    [InlineData("cluster", "--discard-damaged")]
    [InlineData("cluster", "--data")]
    [InlineData("start")]
    public void What_is_not_understood_is_refused_with_the_word_at_fault(params string[] args)
    {
        var problem = Assert.Throws<ConfigurationProblemException>(() => Parse(args));

        Assert.NotEmpty(problem.Message);
        if (args is [.., "--colour"] or ["start"])
            Assert.Contains(args[^1], problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_argument_at_all_is_answered_with_what_to_say() =>
        Assert.Contains("cluster", Assert.Throws<ConfigurationProblemException>(() => Parse()).Message, StringComparison.Ordinal);

    [Fact]
    public void The_usage_names_every_option() => Assert.All(
        (string[])["cluster", "--config", "--server", "--data", "--discard-damaged", "--help"],
        option => Assert.Contains(option, Arguments.Usage, StringComparison.Ordinal));

    private static Arguments Parse(params string[] args) => Arguments.Parse(args);
}
