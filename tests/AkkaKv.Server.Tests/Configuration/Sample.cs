namespace AkkaKv.Server.Tests.Configuration;

/// <summary>Configurations as users write them.</summary>
internal static class Sample
{
    public const string Servers = """
        [
          { id = 1, host = "127.0.0.1", cluster-port = 4051, client-port = 7001, http-port = 8001 }
          { id = 2, host = "127.0.0.1", cluster-port = 4052, client-port = 7002, http-port = 8002 }
          { id = 3, host = "127.0.0.1", cluster-port = 4053, client-port = 7003, http-port = 8003 }
        ]
        """;

    /// <summary>The smallest useful file, and what else stands in it.</summary>
    public static string With(string settings) => $"akkakv {{\nservers = {Servers}\n{settings}\n}}";

    /// <summary>The three servers, all at another host.</summary>
    public static string WithHosts(string host) => $"akkakv.servers = {Servers.Replace("127.0.0.1", host, StringComparison.Ordinal)}\n";

    public static string Server(int id, int clusterPort, int clientPort, int httpPort, string host = "127.0.0.1") =>
        $"{{ id = {id}, host = \"{host}\", cluster-port = {clusterPort}, client-port = {clientPort}, http-port = {httpPort} }}";
}
