using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using AkkaKv.Benchmarks.Load;
using AkkaKv.Benchmarks.Reports;

namespace AkkaKv.Benchmarks.Targets;

/// <summary>Three AkkaKv servers on this machine, each a process of its own, with their data in a directory that goes with them.</summary>
internal sealed class LocalCluster : Target
{
    private const int Count = 3;
    private const string CommitIndex = "akkakv_commit_index";
    private const string SupervisedVariable = "AKKAKV_SUPERVISED";

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly ChildProcess?[] _children = new ChildProcess?[Count];
    private readonly string _config;
    private readonly int _basePort;

    private LocalCluster(int basePort, string settings)
    {
        _basePort = basePort;
        Root = Directory.CreateTempSubdirectory("akkakv-benchmark-").FullName;
        _config = Path.Combine(Root, "cluster.conf");
        var servers = Enumerable.Range(0, Count).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{{ id = {i + 1}, host = \"127.0.0.1\", cluster-port = {basePort + i}, "
                + $"client-port = {ClientPort(i)}, http-port = {HttpPort(i)} }}"));
        File.WriteAllText(_config, $"akkakv {{\n  servers = [\n    {string.Join("\n    ", servers)}\n  ]\n  {settings}\n}}\n");
    }

    /// <summary>Where all of them have their data.</summary>
    public string Root { get; }

    public override string Name => "AkkaKv, 3 servers";

    public override string Version => Machine.Version;

    public override string Guarantees => "PUT: fsync on 2 of 3 before OK. GET: linearizable, at every server";

    public override ImmutableArray<IPEndPoint> Servers =>
        [.. Enumerable.Range(0, Count).Select(i => new IPEndPoint(IPAddress.Loopback, ClientPort(i)))];

    public override IEnumerable<ChildProcess> Processes => _children.OfType<ChildProcess>();

    /// <summary>Starts the servers and waits until all are ready.</summary>
    /// <param name="basePort">The first of 30 ports.</param>
    /// <param name="settings">More lines for the akkakv section of the configuration.</param>
    public static async Task<LocalCluster> StartAsync(int basePort, string settings = "")
    {
        var cluster = new LocalCluster(basePort, settings);
        try
        {
            for (var i = 0; i < Count; i++)
                cluster.Start(i);
            for (var i = 0; i < Count; i++)
                await cluster.WaitUntilReadyAsync(i).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ChildProcess this[int server] => _children[server] ?? throw new InvalidOperationException("This server does not run.");

    public void Start(int server) => _children[server] = new ChildProcess(
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "AkkaKv.Server.dll"), "--config", _config,
            "--server", (server + 1).ToString(CultureInfo.InvariantCulture), "--data", DataDirectory(server),
        ],
        (SupervisedVariable, "1"));

    public string DataDirectory(int server) => Path.Combine(Root, (server + 1).ToString(CultureInfo.InvariantCulture));

    /// <summary>Bytes of the files that a server has, as long as they are; preallocated room counts.</summary>
    public long DiskBytes(int server) => new DirectoryInfo(DataDirectory(server)).EnumerateFiles().Sum(file => file.Length);

    /// <summary>Takes everything from a server that does not run.</summary>
    public void LoseDisk(int server) => Directory.Delete(DataDirectory(server), recursive: true);

    public async Task KillAsync(int server)
    {
        await this[server].KillAsync().ConfigureAwait(false);
        _children[server] = null;
    }

    public async Task StopAsync(int server)
    {
        await this[server].StopAsync().ConfigureAwait(false);
        _children[server] = null;
    }

    /// <summary>Waits until the server serves reads and writes.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> WaitUntilReadyAsync(int server)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(server).ConfigureAwait(false))
        {
            if (this[server].HasExited || Stopwatch.GetElapsedTime(began) > ReadyLimit)
                throw new InvalidOperationException($"Server {server + 1} did not become ready:\n{this[server].LastLines}");
            await Task.Delay(PollInterval).ConfigureAwait(false);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Starts a server and waits until it has all that was committed before.</summary>
    /// <returns>The times from the start until it served requests, and until it had everything.</returns>
    public async Task<(TimeSpan Ready, TimeSpan Level)> StartAndCatchUpAsync(int server)
    {
        var leader = await FindLeaderAsync().ConfigureAwait(false);
        var goal = (await MetricsAsync(leader).ConfigureAwait(false))[CommitIndex];
        var began = Stopwatch.GetTimestamp();
        Start(server);
        var ready = await WaitUntilReadyAsync(server).ConfigureAwait(false);
        while ((await MetricsAsync(server).ConfigureAwait(false))[CommitIndex] < goal)
            await Task.Delay(PollInterval).ConfigureAwait(false);
        return (ready, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>A server on which the leader does not run.</summary>
    public async Task<int> FindFollowerAsync() => (await FindLeaderAsync().ConfigureAwait(false) + 1) % Count;

    /// <summary>A follower: any server serves reads, and the leader has no part in them.</summary>
    public override async Task<IPEndPoint> OneServerAsync() => Servers[await FindFollowerAsync().ConfigureAwait(false)];

    /// <summary>The server on which the leader runs.</summary>
    public async Task<int> FindLeaderAsync()
    {
        while (true)
        {
            for (var i = 0; i < Count; i++)
            {
                if (_children[i] is not null && (await MetricsAsync(i).ConfigureAwait(false)).GetValueOrDefault("akkakv_leader") == 1)
                    return i;
            }

            await Task.Delay(PollInterval).ConfigureAwait(false);
        }
    }

    /// <summary>The figures of a server.</summary>
    public async Task<Dictionary<string, double>> MetricsAsync(int server)
    {
        var text = await Http.GetStringAsync(Address(server, "metrics")).ConfigureAwait(false);
        var metrics = new Dictionary<string, double>();
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#' && line.Split(' ') is [var name, var value])
                metrics[name] = double.Parse(value, CultureInfo.InvariantCulture);
        }

        return metrics;
    }

    public override Wire Wire(Dataset data) => new RespWire(data);

    public override async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Processes.Select(child => child.StopAsync())).ConfigureAwait(false);
        foreach (var child in Processes)
            await child.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(Root, recursive: true);
    }

    private async Task<bool> IsReadyAsync(int server)
    {
        try
        {
            using var response = await Http.GetAsync(Address(server, "readyz")).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private Uri Address(int server, string path) => new($"http://127.0.0.1:{HttpPort(server)}/{path}");

    private int ClientPort(int server) => _basePort + 10 + server;

    private int HttpPort(int server) => _basePort + 20 + server;
}
