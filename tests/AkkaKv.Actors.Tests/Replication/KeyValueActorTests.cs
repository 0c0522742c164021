using AkkaKv.Core;

namespace AkkaKv.Actors.Tests.Replication;

/// <summary>What the actors of the servers do together, with real stores and real remoting.</summary>
public sealed class KeyValueActorTests
{
    [Fact]
    public async Task A_put_at_a_follower_is_carried_out_by_the_leader_and_seen_at_every_server()
    {
        await using var servers = await Servers.StartedAsync(3);
        var leader = await servers.LeaderAsync();
        var follower = servers.All.First(server => server.Id != leader.Id);

        await follower.PutAsync("color", "blue");

        foreach (var server in servers.All)
            Assert.Equal((ReplyStatus.Committed, "blue"), await server.ReadAsync("color"));
        Assert.Equal((ReplyStatus.Committed, null), await follower.ReadAsync("no such key"));
        Assert.All(servers.All, server => Assert.Null(server.Fatal));
    }

    [Fact]
    public async Task The_leader_moves_when_its_server_leaves_and_nothing_is_lost()
    {
        await using var servers = await Servers.StartedAsync(3);
        var first = await servers.LeaderAsync();
        await first.PutAsync("written", "before");
        var epoch = first.View.Status.Epoch;

        await first.LeaveAsync();

        Assert.False(first.View.Status.Ready);
        var second = await servers.LeaderAsync();
        Assert.NotEqual(first.Id, second.Id);
        Assert.True(second.View.Status.Epoch > epoch);
        var others = servers.All.Where(server => server.Id != first.Id).ToList();
        await others[0].PutAsync("written", "after");
        foreach (var server in others)
            Assert.Equal((ReplyStatus.Committed, "after"), await server.ReadAsync("written"));

        first.Start();
        await Servers.Eventually(() => first.View.Status.Ready, "the server that left is back");
        Assert.Equal((ReplyStatus.Committed, "after"), await first.ReadAsync("written"));
        Assert.All(servers.All, server => Assert.Null(server.Fatal));
    }

    [Fact]
    public async Task A_server_that_sends_its_clients_away_is_not_ready_before_it_has_started_again()
    {
        await using var servers = await Servers.StartedAsync(1);
        var server = servers.All[0];

        server.View.SendClientsAway();

        Assert.False(server.View.Status.Ready);
        Assert.Equal(server.Id, server.View.Status.Leader);
        await server.LeaveAsync();
        server.Start();
        await Servers.Eventually(() => server.View.Status.Ready, "it is ready again");
    }

    [Fact]
    public async Task A_server_that_starts_again_knows_what_was_written_and_snapshots_shorten_its_log()
    {
        await using var servers = await Servers.StartedAsync(1);
        var server = servers.All[0];
        var value = new string('x', 10_000);
        for (var i = 0; i < 20; i++)
            await server.PutAsync($"key {i}", $"{i} {value}");
        await Servers.Eventually(() => server.View.Status.Snapshot > LogIndex.Zero, "a snapshot was written");

        await server.EndAsync();
        server.Start();
        await Servers.Eventually(() => server.View.Status.Ready, "it is ready again");

        Assert.Equal(20, server.View.State.Count);
        Assert.Equal((ReplyStatus.Committed, $"19 {value}"), await server.ReadAsync("key 19"));
        Assert.Null(server.Fatal);
    }
}
