using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Server.Configuration;

namespace AkkaKv.Server.Tests.Configuration;

public sealed class SettingsReaderTests
{
    [Fact]
    public void A_file_with_nothing_but_servers_is_enough()
    {
        var settings = SettingsReader.Parse(Sample.With(""), "test");

        Assert.Equal([1, 2, 3], settings.Servers.Select(server => (int)server.Id));
        Assert.Equal([0, 1, 2], settings.Servers.Select(server => (int)server.Slot.Slot));
        Assert.Equal(TimeSpan.FromMilliseconds(400), settings.Lease);
        Assert.Equal(TimeSpan.FromMilliseconds(50), settings.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.RequestTimeout);
        Assert.Equal(ReadMode.Lease, settings.Reads);
        Assert.False(settings.CountReceived);
        Assert.Equal(64 * 1024, settings.MaxKeySize);
        Assert.Equal(8 * 1024 * 1024, settings.MaxValueSize);
    }

    [Fact]
    public void The_file_that_ships_describes_three_servers_of_this_machine()
    {
        var settings = SettingsReader.Read(null);

        Assert.Equal([7001, 7002, 7003], settings.Servers.Select(server => server.ClientPort));
        Assert.Equal([8001, 8002, 8003], settings.Servers.Select(server => server.HttpPort));
        Assert.All(settings.Servers, server => Assert.Equal("127.0.0.1", server.Host));
    }

    [Fact]
    public void Slots_follow_the_ids_whatever_the_order_in_the_file()
    {
        var text = $"akkakv.servers = [{Sample.Server(9, 1, 2, 3)}, {Sample.Server(2, 4, 5, 6)}, {Sample.Server(5, 7, 8, 9)}]";

        var settings = SettingsReader.Parse(text, "test");

        Assert.Equal(new ReplicaId(0), settings.Server(2).Slot);
        Assert.Equal(new ReplicaId(1), settings.Server(5).Slot);
        Assert.Equal(new ReplicaId(2), settings.Server(9).Slot);
    }

    [Fact]
    public void What_the_file_sets_wins_over_the_defaults()
    {
        var settings = SettingsReader.Parse(
            Sample.With("""
                lease = 2s
                reads = read-index
                count-received = on
                max-clients = 7
                data-directory = elsewhere
                client-idle-timeout = 5m
                """), "test");

        Assert.Equal(TimeSpan.FromSeconds(2), settings.Lease);
        Assert.Equal(ReadMode.ReadIndex, settings.Reads);
        Assert.True(settings.CountReceived);
        Assert.Equal(7, settings.MaxClients);
        Assert.Equal("elsewhere", settings.DataDirectory);
        Assert.Equal(TimeSpan.FromMinutes(5), settings.ClientIdleTimeout);
    }

    [Theory]
    [InlineData("lease = 2s", true)]
    [InlineData("count-received = on", true)]
    [InlineData("max-clients = 7", false)]
    public void Servers_refuse_each_other_when_they_differ_in_what_all_must_agree_on(string line, bool differs)
    {
        Assert.Equal(differs, ConfigurationOf("") != ConfigurationOf(line));

        static ulong ConfigurationOf(string text)
        {
            var settings = SettingsReader.Parse(Sample.With(text), "test");
            return settings.Replication(settings.Server(1)).Configuration;
        }
    }

    [Theory]
    [InlineData("leese = 1s", "akkakv.leese")]
    [InlineData("max-clients = many", "akkakv.max-clients")]
    [InlineData("max-clients = 0", "akkakv.max-clients")]
    [InlineData("client-threads = 65", "akkakv.client-threads")]
    [InlineData("lease = soon", "akkakv.lease")]
    [InlineData("lease = 400 parsecs", "akkakv.lease")]
    [InlineData("lease = infinite", "akkakv.lease")]
    [InlineData("lease = -1s", "akkakv.lease")]
    [InlineData("lease = 299ms", "akkakv.lease")]
    [InlineData("heartbeat-interval = 100ms", "akkakv.lease")]
    [InlineData("heartbeat-interval = 1ms", "akkakv.heartbeat-interval")]
    [InlineData("reads = dirty", "akkakv.reads")]
    [InlineData("count-received = perhaps", "akkakv.count-received")]
    [InlineData("request-timeout = 1ms", "akkakv.request-timeout")]
    [InlineData("max-value-size = 65MiB", "akkakv.max-value-size")]
    [InlineData("max-value-size = big", "akkakv.max-value-size")]
    [InlineData("max-key-size = 65KiB", "akkakv.max-key-size")]
    [InlineData("log-segment-size = 4MiB", "akkakv.log-segment-size")]
    [InlineData("max-value-size = 64MiB", "akkakv.log-segment-size")]
    [InlineData("log-segment-size = 32000001", "akkakv.log-segment-size")]
    [InlineData("data-directory = \"\"", "akkakv.data-directory")]
    [InlineData("snapshot-after = 1", "akkakv.snapshot-after")]
    public void A_setting_that_cannot_be_used_is_named(string setting, string key)
    {
        var problem = Refused(Sample.With(setting));

        Assert.Contains(key, problem, StringComparison.Ordinal);
        Assert.StartsWith("test", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "0")]
    [InlineData("[1]", "servers[0]")]
    [InlineData("12", "akkakv.servers")]
    [InlineData("[{ id = 1 }]", "servers[0]")]
    [InlineData("[{ id = one, host = a, cluster-port = 1, client-port = 2, http-port = 3 }]", "servers[0].id")]
    [InlineData("[{ id = 0, host = a, cluster-port = 1, client-port = 2, http-port = 3 }]", "servers[0].id")]
    [InlineData("[{ id = 256, host = a, cluster-port = 1, client-port = 2, http-port = 3 }]", "servers[0].id")]
    [InlineData("[{ id = 1, host = a, cluster-port = 0, client-port = 2, http-port = 3 }]", "servers[0].cluster-port")]
    [InlineData("[{ id = 1, host = a, cluster-port = 1, client-port = 65536, http-port = 3 }]", "servers[0].client-port")]
    [InlineData("[{ id = 1, host = \"\", cluster-port = 1, client-port = 2, http-port = 3 }]", "servers[0].host")]
    [InlineData("[{ id = 1, host = a, cluster-port = 1, client-port = 2, http-port = 2 }]", "a:2")]
    [InlineData("[{ id = 1, host = a, cluster-port = 1, client-port = 2, http-port = 3, rack = 4 }]", "servers[0].rack")]
    public void A_server_that_cannot_be_used_is_named(string servers, string culprit) =>
        Assert.Contains(culprit, Refused($"akkakv.servers = {servers}"), StringComparison.Ordinal);

    [Fact]
    public void Two_servers_have_two_ids()
    {
        var text = $"akkakv.servers = [{Sample.Server(1, 1, 2, 3)}, {Sample.Server(1, 4, 5, 6)}, {Sample.Server(3, 7, 8, 9)}]";

        Assert.Contains("id 1", Refused(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_servers_of_one_host_share_no_port()
    {
        var text = $"akkakv.servers = [{Sample.Server(1, 1, 2, 3)}, {Sample.Server(2, 4, 5, 2)}, {Sample.Server(3, 7, 8, 9)}]";

        Assert.Contains("127.0.0.1:2", Refused(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(9)]
    public void The_number_of_servers_has_a_majority_and_fits_the_protocol(int count)
    {
        var servers = Enumerable.Range(1, count).Select(id => Sample.Server(id, (10 * id) + 1, (10 * id) + 2, (10 * id) + 3));

        Assert.Contains($"not {count}", Refused($"akkakv.servers = [{string.Join(", ", servers)}]"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_syntax_names_the_line() =>
        Assert.Contains("3", Refused("akkakv {\n  lease = 1s\n  servers = [ { id = 1 ]\n}\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("akkakw { }", "akkakw")]
    [InlineData("akkakv = 7", "akkakv")]
    public void Sections_that_nobody_knows_are_refused(string text, string name) =>
        Assert.Contains(name, Refused(text), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_named() => Assert.Contains(
        "no-such.conf",
        Assert.Throws<ConfigurationProblemException>(() => SettingsReader.Read("no-such.conf")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_server_that_is_not_configured_is_refused_with_those_that_are()
    {
        var settings = SettingsReader.Parse(Sample.With(""), "test");

        var problem = Assert.Throws<ConfigurationProblemException>(() => settings.Server(4));

        Assert.Contains("4", problem.Message, StringComparison.Ordinal);
        Assert.Contains("1, 2, 3", problem.Message, StringComparison.Ordinal);
    }

    private static string Refused(string text) =>
        Assert.Throws<ConfigurationProblemException>(() => SettingsReader.Parse(text, "test")).Message;
}
