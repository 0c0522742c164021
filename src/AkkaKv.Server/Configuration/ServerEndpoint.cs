using AkkaKv.Core;

namespace AkkaKv.Server.Configuration;

/// <summary>One of the known servers, as <c>akkakv.servers</c> describes it.</summary>
/// <param name="Id">1 to 255, unique; names the server to people.</param>
/// <param name="Slot">Its place among the servers in the order of ids, from 0: what the protocol calls it.</param>
/// <param name="Host">The address that it binds and that others reach it at.</param>
/// <param name="ClusterPort">Where servers speak to each other.</param>
/// <param name="ClientPort">Where clients connect.</param>
/// <param name="HttpPort">Health, metrics and the status page.</param>
public sealed record ServerEndpoint(byte Id, ReplicaId Slot, string Host, int ClusterPort, int ClientPort, int HttpPort)
{
    /// <summary>What servers compare, to be sure that they mean the same cluster.</summary>
    public string ClusterAddress => $"{Id}={Host}:{ClusterPort}";

    /// <summary>One of its ports as clients and browsers write it: an address of IPv6 stands between brackets.</summary>
    public string Place(int port) => Host.Contains(':') && !Host.StartsWith('[') ? $"[{Host}]:{port}" : $"{Host}:{port}";
}
