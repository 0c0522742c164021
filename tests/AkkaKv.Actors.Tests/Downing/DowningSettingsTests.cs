using Akka.Actor;

namespace AkkaKv.Actors.Tests.Downing;

public sealed class DowningSettingsTests
{
    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(3, 0, true)]
    [InlineData(3, 1, true)]
    [InlineData(3, 2, false)]
    [InlineData(3, 3, false)]
    [InlineData(5, 2, true)]
    [InlineData(5, 3, false)]
    [InlineData(7, 3, true)]
    [InlineData(7, 4, false)]
    public void Only_a_majority_of_the_configured_servers_may_take_others_out(int servers, int notSeen, bool may)
    {
        var settings = new DowningSettings([.. Enumerable.Range(1, servers).Select(Server)], TimeSpan.FromSeconds(2));

        Assert.Equal(may, settings.MayDown(Enumerable.Range(1, notSeen).Select(Server).ToHashSet()));
    }

    [Fact]
    public void Those_who_are_not_configured_do_not_count()
    {
        var settings = new DowningSettings([Server(1), Server(2), Server(3)], TimeSpan.FromSeconds(2));

        Assert.True(settings.MayDown(new HashSet<Address> { Server(3), Server(8), Server(9) }));
    }

    private static Address Server(int number) => new("akka.tcp", "AkkaKv", "127.0.0.1", 4050 + number);
}
