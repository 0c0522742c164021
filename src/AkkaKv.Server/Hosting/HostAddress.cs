using System.Net;
using System.Net.Sockets;
using AkkaKv.Server.Configuration;

namespace AkkaKv.Server.Hosting;

/// <summary>Finds the address of a configured host.</summary>
internal static class HostAddress
{
    /// <exception cref="ConfigurationProblemException">There is no such host.</exception>
    public static IPAddress Resolve(string host)
    {
        if (IPAddress.TryParse(host, out var address))
            return address;
        try
        {
            return Dns.GetHostAddresses(host) is [var first, ..]
                ? first
                : throw ConfigurationProblemException.ForKey("akkakv.servers", $"the host {host} has no address");
        }
        catch (SocketException e)
        {
            throw new ConfigurationProblemException($"akkakv.servers: the host {host} is not known: {e.Message}", e);
        }
    }
}
