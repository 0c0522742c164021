using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using AkkaKv.Benchmarks.Load;

namespace AkkaKv.Benchmarks.Targets;

/// <summary>Three servers of etcd with its default settings.</summary>
internal sealed class EtcdTarget : Target
{
    private const int Count = 3;

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly List<ChildProcess> _children = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("akkakv-benchmark-etcd-").FullName;
    private readonly int _port;

    private EtcdTarget(string program, int port)
    {
        _port = port;
        Version = ChildProcess.VersionOf(program);
    }

    public override string Name => "etcd, 3 servers";

    public override string Version { get; }

    public override string Guarantees =>
        "Put: fsync on 2 of 3 before the answer. Range: linearizable, at every server. Asked by gRPC, one request at a time on each "
        + "connection: where the others have 16 connections 16 deep, it has 256";

    public override ImmutableArray<IPEndPoint> Servers =>
        [.. Enumerable.Range(0, Count).Select(i => new IPEndPoint(IPAddress.Loopback, _port + i))];

    public override bool CanPipeline => false;

    public override IEnumerable<ChildProcess> Processes => _children;

    /// <summary>Starts the servers and waits until all are healthy.</summary>
    /// <param name="program">The path of etcd.</param>
    /// <param name="port">The first of 20 ports.</param>
    public static async Task<Target> StartAsync(string program, int port)
    {
        var target = new EtcdTarget(program, port);
        try
        {
            for (var i = 0; i < Count; i++)
                target.Start(program, i);
            foreach (var server in target.Servers)
                await target.WaitUntilHealthyAsync(server).ConfigureAwait(false);
            return target;
        }
        catch
        {
            await target.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override Wire Wire(Dataset data) => new EtcdWire(data);

    public override async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_children.Select(child => child.StopAsync())).ConfigureAwait(false);
        foreach (var child in _children)
            await child.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_directory, recursive: true);
    }

    private void Start(string program, int number)
    {
        var (client, peer) = (Url(_port + number), PeerUrl(number));
        _children.Add(new ChildProcess(
            program,
            [
                "--name", Name(number), "--data-dir", Path.Combine(_directory, Name(number)),
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", string.Join(',', Enumerable.Range(0, Count).Select(i => $"{Name(i)}={PeerUrl(i)}")),
                "--initial-cluster-state", "new", "--logger", "zap", "--log-level", "error",
            ]));

        static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"server{number}");
    }

    private async Task WaitUntilHealthyAsync(IPEndPoint server)
    {
        for (var waited = TimeSpan.Zero; !await IsHealthyAsync(server).ConfigureAwait(false); waited += PollInterval)
        {
            if (waited > ReadyLimit)
            {
                var lines = string.Join('\n', _children.Select(child => child.LastLines));
                throw new InvalidOperationException($"etcd does not start:\n{lines}");
            }

            await Task.Delay(PollInterval).ConfigureAwait(false);
        }
    }

    private static async Task<bool> IsHealthyAsync(IPEndPoint server)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri($"http://{server}/health")).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private string PeerUrl(int number) => Url(_port + 10 + number);

    private static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
}
