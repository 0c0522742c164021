using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AkkaKv.Server.Commands;
using AkkaKv.Server.Tests.Configuration;

namespace AkkaKv.Server.Tests.Processes;

/// <summary>The command that a newcomer starts with.</summary>
[Collection(nameof(RealProcesses))]
public sealed class ClusterCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Three_servers_start_serve_outlive_a_kill_and_stop()
    {
        var (config, ports) = _folder.Configure(3);
        int[] clientPorts = [ports[1], ports[4], ports[7]];
        await using var cluster = new ServerProgram("cluster", "--config", config, "--data", _folder.At("data"));
        await cluster.SaysAsync("All servers are ready");

        Assert.Equal("+OK", await RedisClient.AskAsync(clientPorts[1], "PUT color blue"));
        foreach (var port in clientPorts)
            Assert.Equal("blue", await RedisClient.AskAsync(port, "GET color"));

        KillServer(_folder.At("data/2"));
        await cluster.SaysAsync("server 2 ended with exit code 137; it is started again");
        Assert.Equal("+OK", await RedisClient.AskAsync(clientPorts[0], "PUT color green"));
        await cluster.EventuallyAsync(
            async () => await RedisClient.AskAsync(clientPorts[1], "GET color") == "green", "the server that was killed answers again");

        cluster.Terminate();
        Assert.Equal(ExitCode.Stopped, await cluster.ExitCodeAsync());
        Assert.All(
            (string[])["server 1 has stopped", "server 2 has stopped", "server 3 has stopped"],
            line => Assert.Contains(line, cluster.Output, StringComparison.Ordinal));
        foreach (var port in clientPorts)
            Assert.Null(await RedisClient.AskAsync(port, "PING"));
    }

    [Fact]
    public async Task A_port_in_use_is_named_and_nothing_is_started()
    {
        var (config, ports) = _folder.Configure(3);
        using var listener = new TcpListener(IPAddress.Loopback, ports[4]);
        listener.Start();
        await using var cluster = new ServerProgram("cluster", "--config", config, "--data", _folder.At("data"));

        Assert.Equal(ExitCode.RuntimeFailure, await cluster.ExitCodeAsync());
        Assert.Contains($"127.0.0.1:{ports[4]} is in use", cluster.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    [Fact]
    public async Task A_host_may_be_an_address_of_IPv6()
    {
        var (config, ports) = _folder.Configure(1, "::1");
        await using var cluster = new ServerProgram("cluster", "--config", config, "--data", _folder.At("data"));
        await cluster.SaysAsync($"server 1 is ready: clients at [::1]:{ports[1]}, status at http://[::1]:{ports[2]}/");

        cluster.Terminate();
        Assert.Equal(ExitCode.Stopped, await cluster.ExitCodeAsync());
    }

    [Fact]
    public async Task A_server_that_cannot_start_stops_the_others()
    {
        var (config, _) = _folder.Configure(3);
        Directory.CreateDirectory(_folder.At("data"));
        // A file where the folder of the second server should be.
        File.WriteAllText(_folder.At("data/2"), "in the way");
        await using var cluster = new ServerProgram("cluster", "--config", config, "--data", _folder.At("data"));

        Assert.Equal(ExitCode.BadConfiguration, await cluster.ExitCodeAsync());
        Assert.Contains($"the data directory {_folder.At("data/2")} cannot be used", cluster.Output, StringComparison.Ordinal);
        Assert.Contains("server 2 failed before it was ready", cluster.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named_and_nothing_is_started()
    {
        File.WriteAllText(_folder.At("away.conf"), Sample.WithHosts("192.0.2.1"));
        await using var cluster = new ServerProgram("cluster", "--config", _folder.At("away.conf"), "--data", _folder.At("data"));

        Assert.Equal(ExitCode.RuntimeFailure, await cluster.ExitCodeAsync());
        Assert.Contains("192.0.2.1 is not an address of this machine", cluster.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    /// <summary>Ends the one process that was started with this folder.</summary>
    private static void KillServer(string dataDirectory) =>
        Assert.Single(Process.GetProcesses(), process => CommandLine(process.Id).Contains(dataDirectory)).Kill();

    private static string[] CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return [];
        }
    }
}
