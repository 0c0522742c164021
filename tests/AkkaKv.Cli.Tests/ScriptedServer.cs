using System.Net;
using System.Net.Sockets;
using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Cli.Tests;

/// <summary>Answers HELLO, then one reply after another; an empty one hangs up instead, and so does the end of the script.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Queue<string> _replies;
    private readonly List<string> _received = [];

    public ScriptedServer(params string[] replies)
    {
        _replies = new Queue<string>(replies);
        _listener.Start();
        Parsed = new ServerAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _ = Task.Run(ServeAsync);
    }

    public ServerAddress Parsed { get; }

    public string Address => Parsed.ToString();

    public IReadOnlyList<string> Received
    {
        get
        {
            lock (_received)
                return [.. _received];
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                await ServeAsync(socket);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var parser = new RequestParser(new RespLimits());
        var input = Array.Empty<byte>();
        var chunk = new byte[4096];
        while (await socket.ReceiveAsync(chunk) is > 0 and var received)
        {
            input = [.. input, .. chunk.AsSpan(0, received)];
            while (parser.Read(input, out var consumed) == RequestStatus.Complete)
            {
                var words = new List<string>();
                for (var i = 0; i < parser.Arguments(input).Count; i++)
                    words.Add(Encoding.UTF8.GetString(parser.Arguments(input)[i]));
                lock (_received)
                    _received.Add(string.Join(' ', words));
                input = input[consumed..];

                var reply = words[0] == "HELLO" ? "%0\r\n" : _replies.Count > 0 ? _replies.Dequeue() : "";
                if (reply.Length == 0)
                    return;
                await socket.SendAsync(Encoding.UTF8.GetBytes(reply));
            }
        }
    }
}
