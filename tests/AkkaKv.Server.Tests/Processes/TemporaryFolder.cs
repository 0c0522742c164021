using AkkaKv.Server.Tests.Configuration;
using AkkaKv.TestSupport;

namespace AkkaKv.Server.Tests.Processes;

/// <summary>A folder for the time of a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("akkakv-server-").FullName;

    public string At(string name) => Path.Combine(_path, name);

    /// <summary>A configuration of that many servers on free ports of this machine: cluster, client and HTTP of each.</summary>
    public (string File, int[] Ports) Configure(int servers, string host = "127.0.0.1")
    {
        var ports = FreePorts.Take(3 * servers);
        var list = Enumerable.Range(0, servers)
            .Select(i => Sample.Server(i + 1, ports[3 * i], ports[(3 * i) + 1], ports[(3 * i) + 2], host));
        var file = At($"{servers}.conf");
        File.WriteAllText(
            file, $"akkakv {{\nmax-value-size = 1MiB\nlog-segment-size = 8MiB\nservers = [\n{string.Join('\n', list)}\n]\n}}\n");
        return (file, ports);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
