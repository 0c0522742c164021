using System.Text;
using AkkaKv.TestSupport;

namespace AkkaKv.Faults.Tests.Processes;

/// <summary>What a cluster under test is given.</summary>
/// <param name="Network">Each server in a network namespace of its own, if the machine allows it.</param>
/// <param name="SmallDisks">So many servers, the last ones, on a small tmpfs of their own, if the machine allows it.</param>
/// <param name="Setting">A line more in the servers' configuration.</param>
internal sealed record TestClusterOptions(bool Network = false, int SmallDisks = 0, string Setting = "");

/// <summary>
/// Three real servers, each a process, in a folder of their own. Whatever happens, disposing ends the processes and takes away
/// the network and the disks; the folder stays when something failed, because the logs of the servers are in it.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public const int ServerCount = 3;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Room for a few segments and a snapshot: the disk fills quickly when somebody wants it to.</summary>
    private const string DiskSize = "size=96m";

    private readonly Lock _cleaning = new();

    private readonly TestNetwork? _network;
    private readonly List<string> _mounts = [];
    private bool _isClean;

    private TestCluster(TestClusterOptions options)
    {
        Folder = Directory.CreateTempSubdirectory("akkakv-faults-").FullName;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        if (options.Network)
        {
            _network = TestNetwork.TryCreate(ServerCount, out var reason);
            NoNetworkBecause = reason;
        }

        var config = Path.Combine(Folder, "cluster.conf");
        var ports = FreePorts.Take(ServerCount * 3);
        Servers = [.. Enumerable.Range(1, ServerCount).Select(id => new ServerProcess(
            id, _network?.Address(id) ?? "127.0.0.1", ports.AsSpan((id - 1) * 3, 3), config, Folder, _network?.Namespace(id)))];
        File.WriteAllText(config, Configuration(options.Setting));
        if (options.SmallDisks > 0)
            NoSmallDisksBecause = MountSmallDisks(Servers.Skip(ServerCount - options.SmallDisks));
    }

    public IReadOnlyList<ServerProcess> Servers { get; }

    /// <summary>Configuration, data and logs.</summary>
    public string Folder { get; }

    /// <summary>Null when the servers are in networks that can be cut.</summary>
    public TestNetwork? Network => _network;

    /// <summary>Why there is no <see cref="Network"/> although one was asked for.</summary>
    public string NoNetworkBecause { get; } = "it was not asked for";

    public bool HasSmallDisks => _mounts.Count > 0;

    /// <summary>Why there are no small disks although they were asked for.</summary>
    public string NoSmallDisksBecause { get; } = "they were not asked for";

    /// <summary>Keeps the folder when the cluster is disposed.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Starts all servers and waits until each is ready.</summary>
    public static async Task<TestCluster> StartAsync(TestClusterOptions? options = null)
    {
        var cluster = new TestCluster(options ?? new TestClusterOptions());
        try
        {
            await cluster.HealAsync();
            return cluster;
        }
        catch
        {
            cluster.HasFailed = true;
            Console.Error.WriteLine($"The logs of the servers are in {cluster.Folder}");
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The server with the leader, once all ready servers agree that there is one.</summary>
    public async Task<ServerProcess> LeaderAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!limit.IsCancellationRequested)
        {
            foreach (var server in Servers)
            {
                if (await server.IsLeaderAsync() && await server.IsReadyAsync())
                    return server;
            }

            await Task.Delay(25, CancellationToken.None);
        }

        throw new TimeoutException("No server leads.");
    }

    public IEnumerable<ServerProcess> Others(ServerProcess server) => Servers.Where(other => other != server);

    /// <summary>Undoes every fault that this harness causes, starts who does not run, and waits until all are ready.</summary>
    public async Task HealAsync()
    {
        _network?.Heal();
        foreach (var server in Servers)
        {
            server.Thaw();
            if (!server.IsRunning)
                server.Start();
        }

        await WaitUntilReadyAsync();
    }

    public Task WaitUntilReadyAsync() => Task.WhenAll(Servers.Select(server => server.WaitUntilReadyAsync(Patience)));

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Clean();
        return ValueTask.CompletedTask;
    }

    private void OnExit(object? sender, EventArgs e) => Clean();

    private void Clean()
    {
        lock (_cleaning)
        {
            if (!_isClean)
                CleanOnce();
            _isClean = true;
        }
    }

    private void CleanOnce()
    {
        foreach (var server in Servers ?? [])
            server.Dispose();
        foreach (var mount in _mounts)
            Machine.Try("umount", mount);
        _mounts.Clear();
        _network?.Dispose();
        if (!HasFailed && Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private string Configuration(string setting)
    {
        var text = new StringBuilder("akkakv {\n  max-value-size = 1MiB\n  log-segment-size = 8MiB\n")
            .Append($"  snapshot-after = 4MiB\n  {setting}\n  servers = [\n");
        foreach (var server in Servers)
        {
            text.Append($"    {{ id = {server.Id}, host = \"{server.Host}\", cluster-port = {server.ClusterPort}, ")
                .Append($"client-port = {server.ClientPort}, http-port = {server.HttpPort} }}\n");
        }

        return text.Append("  ]\n}\n").ToString();
    }

    private string MountSmallDisks(IEnumerable<ServerProcess> servers)
    {
        foreach (var server in servers)
        {
            var (succeeded, output) = Machine.IsRoot
                ? Machine.Try("mount", "-t", "tmpfs", "-o", DiskSize, "tmpfs", server.DataDirectory)
                : (false, "mounting needs root");
            if (!succeeded)
                return output.Trim();
            _mounts.Add(server.DataDirectory);
        }

        return "";
    }
}
