using System.Net;
using System.Net.Sockets;
using AkkaKv.Server.Commands;
using AkkaKv.Server.Tests.Configuration;

namespace AkkaKv.Server.Tests.Processes;

/// <summary>How the program ends tells those who started it what to do about it.</summary>
[Collection(nameof(RealProcesses))]
public sealed class ExitCodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bad_arguments_end_with_2_and_the_word_at_fault()
    {
        await using var program = new ServerProgram("--config", "a.conf", "--server", "one");

        Assert.Equal(ExitCode.BadConfiguration, await program.ExitCodeAsync());
        Assert.Contains("--server one", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_configuration_ends_with_2_and_the_key_at_fault()
    {
        File.WriteAllText(_folder.At("bad.conf"), Sample.With("leese = 1s"));
        await using var program = new ServerProgram("--config", _folder.At("bad.conf"), "--server", "1", "--data", _folder.At("1"));

        Assert.Equal(ExitCode.BadConfiguration, await program.ExitCodeAsync());
        Assert.Contains("akkakv.leese", program.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("1")));
    }

    [Fact]
    public async Task Help_is_no_failure()
    {
        await using var program = new ServerProgram("--help");

        Assert.Equal(ExitCode.Stopped, await program.ExitCodeAsync());
        Assert.Contains("usage", program.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_port_in_use_ends_with_1_and_says_so(int port)
    {
        var (config, ports) = _folder.Configure(1);
        using var listener = new TcpListener(IPAddress.Loopback, ports[port]);
        listener.Start();
        await using var program = new ServerProgram("--config", config, "--server", "1", "--data", _folder.At("1"));

        Assert.Equal(ExitCode.RuntimeFailure, await program.ExitCodeAsync());
        Assert.Contains($"{ports[port]}", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_ends_with_1_and_says_so()
    {
        File.WriteAllText(_folder.At("away.conf"), Sample.WithHosts("192.0.2.1"));
        await using var program = new ServerProgram("--config", _folder.At("away.conf"), "--server", "1", "--data", _folder.At("1"));

        Assert.Equal(ExitCode.RuntimeFailure, await program.ExitCodeAsync());
        Assert.Contains("192.0.2.1:8001 cannot be used", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_used_ends_with_2_and_is_named()
    {
        var (config, _) = _folder.Configure(1);
        File.WriteAllText(_folder.At("1"), "in the way");
        await using var program = new ServerProgram("--config", config, "--server", "1", "--data", _folder.At("1"));

        Assert.Equal(ExitCode.BadConfiguration, await program.ExitCodeAsync());
        Assert.Contains($"the data directory {_folder.At("1")} cannot be used", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_serves_stops_with_0_and_refuses_data_that_is_damaged_or_not_its_own()
    {
        var (config, ports) = _folder.Configure(1);
        string[] arguments = ["--config", config, "--server", "1", "--data", _folder.At("1")];
        await using (var program = new ServerProgram(arguments))
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}") };
            await program.EventuallyAsync(() => IsReadyAsync(http), "the server is ready");
            Assert.Equal("+OK", await RedisClient.AskAsync(ports[1], "PUT color blue"));
            await HttpChecks.RunAsync(http);

            program.Terminate();
            Assert.Equal(ExitCode.Stopped, await program.ExitCodeAsync());
        }

        await RefusesDataOfAnotherServerAsync();
        await RefusesDamagedDataAsync(arguments);
    }

    private async Task RefusesDataOfAnotherServerAsync()
    {
        var (config, _) = _folder.Configure(3);
        await using var program = new ServerProgram("--config", config, "--server", "2", "--data", _folder.At("1"));

        Assert.Equal(ExitCode.BadConfiguration, await program.ExitCodeAsync());
        Assert.Contains(
            $"the data in {_folder.At("1")} belongs to another server: in the order of their ids to number 1, and this is number 2",
            program.Output,
            StringComparison.Ordinal);
    }

    private async Task RefusesDamagedDataAsync(string[] arguments)
    {
        // The head of the first segment: nothing behind it can be trusted.
        var log = Directory.GetFiles(_folder.At("1"), "log-*.wal").Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(log);
        for (var i = 8; i < 64; i++)
            bytes[i] ^= 0xFF;
        File.WriteAllBytes(log, bytes);
        await using var program = new ServerProgram(arguments);

        Assert.Equal(ExitCode.DamagedData, await program.ExitCodeAsync());
        Assert.Contains(Path.GetFileName(log), program.Output, StringComparison.Ordinal);
        Assert.Contains("--discard-damaged", program.Output, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(log));
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
