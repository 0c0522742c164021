namespace AkkaKv.Faults.Tests.Processes;

/// <summary>
/// A network of network namespaces around one bridge: a server in each, this process on the bridge. A direction between two
/// servers is cut by giving the sender a wrong hardware address for the receiver: its packets go out and reach nobody, and
/// neither side is told. The test's own clients reach every server all the time, which is what shows stale reads.
/// </summary>
internal sealed class TestNetwork : IDisposable
{
    private const string Nobody = "02:00:00:00:de:ad";

    private readonly string _name = $"kv{Environment.ProcessId % 10_000}";
    private readonly string _subnet = $"10.{200 + (Environment.ProcessId % 50)}.{Environment.ProcessId / 50 % 250}";
    private readonly int _servers;

    private TestNetwork(int servers) => _servers = servers;

    /// <summary>Builds the network.</summary>
    /// <returns>Null where the machine does not allow it, with the reason.</returns>
    public static TestNetwork? TryCreate(int servers, out string reason)
    {
        reason = "";
        if (!Machine.IsRoot)
        {
            reason = "network namespaces need root";
            return null;
        }

        var network = new TestNetwork(servers);
        foreach (var command in network.Commands())
        {
            var (succeeded, output) = Machine.Try("ip", command.Split(' '));
            if (succeeded)
                continue;
            network.Dispose();
            reason = $"`ip {command}` failed: {output.Trim()}";
            return null;
        }

        return network;
    }

    public string Namespace(int server) => $"{_name}n{server}";

    public string Address(int server) => $"{_subnet}.{server}";

    /// <summary>What <paramref name="from"/> sends to <paramref name="to"/> arrives nowhere.</summary>
    public void Cut(int from, int to) =>
        Ip($"-n {Namespace(from)} neigh replace {Address(to)} lladdr {Nobody} dev eth0 nud permanent");

    /// <summary>Heals every direction.</summary>
    public void Heal()
    {
        for (var from = 1; from <= _servers; from++)
        {
            // Flushing leaves permanent entries alone, so each is deleted by name; most are not there.
            for (var to = 1; to <= _servers; to++)
                Machine.Try("ip", $"-n {Namespace(from)} neigh del {Address(to)} dev eth0".Split(' '));
        }
    }

    public void Dispose()
    {
        for (var server = 1; server <= _servers; server++)
            Machine.Try("ip", "netns", "del", Namespace(server));
        Machine.Try("ip", "link", "del", $"{_name}br");
    }

    private IEnumerable<string> Commands()
    {
        yield return $"link add {_name}br type bridge";
        yield return $"addr add {_subnet}.254/24 dev {_name}br";
        yield return $"link set {_name}br up";
        for (var server = 1; server <= _servers; server++)
        {
            yield return $"netns add {Namespace(server)}";
            yield return $"link add {_name}v{server} type veth peer name eth0 netns {Namespace(server)}";
            yield return $"link set {_name}v{server} master {_name}br up";
            yield return $"-n {Namespace(server)} addr add {Address(server)}/24 dev eth0";
            yield return $"-n {Namespace(server)} link set lo up";
            yield return $"-n {Namespace(server)} link set eth0 up";
        }
    }

    private static void Ip(string command)
    {
        var (succeeded, output) = Machine.Try("ip", command.Split(' '));
        if (!succeeded)
            throw new InvalidOperationException($"`ip {command}` failed: {output.Trim()}");
    }
}
