using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AkkaKv.Server.Tests.Processes;

/// <summary>A person with a plain TCP client: one inline command, one reply.</summary>
internal static class RedisClient
{
    /// <summary>Sends a command on a connection of its own.</summary>
    /// <returns>The reply as it came, a bulk string without its length; null when nobody answers.</returns>
    public static async Task<string?> AskAsync(int port, string command)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"), patience.Token);
            using var reader = new StreamReader(stream);
            var line = await reader.ReadLineAsync(patience.Token);
            return line is ['$', >= '0' and <= '9', ..] ? await reader.ReadLineAsync(patience.Token) : line;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
