using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

public sealed class RefusalsTests
{
    private readonly Refusals _refusals = new();
    private readonly List<Notice> _notices = [];
    private Instant _now = new(1_000_000_000);

    [Fact]
    public void Who_goes_on_asking_is_named_once_a_minute()
    {
        for (var second = 0; second < 120; second++)
        {
            Tell(Refused(1, theirs: 5));
            _now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal([Refused(1, theirs: 5), Refused(1, theirs: 5)], _notices);
    }

    [Fact]
    public void Every_server_and_every_change_is_named_at_once()
    {
        Notice.ConfigurationRefused[] all = [Refused(1, theirs: 5), Refused(2, theirs: 5), Refused(1, theirs: 6)];
        foreach (var refused in all) Tell(refused);
        Assert.Equal(all, _notices);
    }

    [Fact]
    public void A_cluster_says_few_words_about_a_server_that_does_not_belong_to_it()
    {
        var cluster = new TestCluster(configure: static settings => settings with { Configuration = settings.Self.Slot == 2 ? 0UL : 42 });
        foreach (var server in cluster.Servers) server.Start();
        cluster.Servers[0].Lead();
        cluster.Run(5_000);
        Assert.InRange(cluster.Servers[0].Notices.Count(static notice => notice is Notice.ConfigurationRefused), 1, 3);
        Assert.InRange(cluster.Servers[2].Notices.Count(static notice => notice is Notice.ConfigurationRefused), 1, 3);
    }

    private void Tell(Notice.ConfigurationRefused refused) => _refusals.Tell(_notices, refused, _now);

    private static Notice.ConfigurationRefused Refused(byte slot, ulong theirs) =>
        new(new ReplicaId(slot), ClusterId.None, ClusterId.None, 42, theirs);
}
