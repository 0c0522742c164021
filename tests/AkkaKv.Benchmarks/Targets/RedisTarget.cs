using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AkkaKv.Benchmarks.Load;

namespace AkkaKv.Benchmarks.Targets;

/// <summary>
/// Redis as durable as it can be made (a primary and two replicas that all sync each write, and WAIT 2 after each), or a single one that
/// promises nothing.
/// </summary>
internal sealed class RedisTarget : Target
{
    private const int Replicas = 2;

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly List<ChildProcess> _children = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("akkakv-benchmark-redis-").FullName;
    private readonly bool _isDurable;
    private readonly int _port;

    private RedisTarget(string program, int port, bool isDurable)
    {
        Version = ChildProcess.VersionOf(program);
        _port = port;
        _isDurable = isDurable;
    }

    public override string Name => _isDurable ? "Redis, primary and 2 replicas" : "Redis, alone";

    public override string Version { get; }

    public override string Guarantees => _isDurable
        ? "SET with AOF always, then WAIT 2: fsync on the primary, received by both replicas; no automatic failover. "
            + "GET: at the primary, no protection against a second primary"
        : "Nothing is durable, nothing is replicated";

    public override ImmutableArray<IPEndPoint> Servers => [new IPEndPoint(IPAddress.Loopback, _port)];

    public override IEnumerable<ChildProcess> Processes => _children;

    public static async Task<Target> StartAsync(string program, int port, bool isDurable)
    {
        var target = new RedisTarget(program, port, isDurable);
        for (var i = 0; i <= (isDurable ? Replicas : 0); i++)
            await target.StartAsync(program, i).ConfigureAwait(false);
        return target;
    }

    public override Wire Wire(Dataset data) => new RespWire(data, _isDurable ? Replicas : 0);

    public override async ValueTask DisposeAsync()
    {
        foreach (var child in _children)
            await child.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAsync(string program, int number)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory, Text(number))).FullName;
        List<string> arguments =
        [
            "--port", Text(_port + number), "--bind", "127.0.0.1", "--dir", directory, "--save", string.Empty,
            "--repl-diskless-sync-delay", "0",
        ];
        arguments.AddRange(_isDurable ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"]);
        if (number > 0)
            arguments.AddRange(["--replicaof", "127.0.0.1", Text(_port)]);
        _children.Add(new ChildProcess(program, arguments));

        // Replicas need not be in step yet: the first WAIT of the fill waits for that.
        for (var waited = TimeSpan.Zero; !await AcceptsAsync(_port + number).ConfigureAwait(false); waited += PollInterval)
        {
            if (waited > ReadyLimit)
                throw new InvalidOperationException($"redis-server does not start:\n{_children[^1].LastLines}");
            await Task.Delay(PollInterval).ConfigureAwait(false);
        }
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
