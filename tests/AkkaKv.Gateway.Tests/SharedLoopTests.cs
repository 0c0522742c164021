using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AkkaKv.Gateway.Tests;

/// <summary>All connections of these tests are served by one thread: none may take it away from the others.</summary>
public sealed class SharedLoopTests
{
    private const int KeysWalked = 100;

    [Fact]
    public void Sessions_that_are_answered_all_at_once_all_go_on()
    {
        using var fixture = OnOneThread();
        var clients = Enumerable.Range(0, 300).Select(_ => fixture.Connect()).ToArray();
        for (var round = 0; round < 5; round++)
        {
            fixture.Replica.Gate.Reset();
            foreach (var client in clients)
                client.Send("INCR n\r\nGET n\r\n");
            fixture.Replica.Gate.Set();
            foreach (var client in clients)
                Assert.True(client.Read().Integer <= int.Parse(client.Read().ToString(), CultureInfo.InvariantCulture));
        }

        Assert.Equal("1500", clients[0].Do("GET", "n"));
    }

    [Fact]
    public void Who_does_not_read_keeps_nobody_else_waiting()
    {
        using var fixture = OnOneThread();
        var other = fixture.Connect();
        Assert.Equal("OK", other.Do("SET", "a", new string('v', 1_000_000)));
        var deaf = fixture.Connect();
        deaf.Send(string.Concat(Enumerable.Repeat("GET a\r\n", 50)));
        for (var i = 0; i < 1000; i++)
            Assert.Equal("1000000", other.Do("STRLEN", "a"));

        for (var i = 0; i < 50; i++)
            Assert.Equal(1_000_000, deaf.Read().Bytes.Length);
    }

    [Fact]
    public async Task Who_never_stops_sending_keeps_nobody_else_waiting()
    {
        using var fixture = OnOneThread();
        var greedy = fixture.Connect();
        var requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET none\r\n", 10_000)));
        using var over = new CancellationTokenSource();
        var sending = Task.Factory.StartNew(() => Flood(greedy.Socket, requests, over.Token), TaskCreationOptions.LongRunning);
        var receiving = Task.Factory.StartNew(() => Drown(greedy.Socket), TaskCreationOptions.LongRunning);

        var other = fixture.Connect();
        for (var i = 0; i < 300; i++)
            Assert.Equal("PONG", other.Do("PING"));

        await over.CancelAsync();
        await sending.WaitAsync(RawClient.Patience);
        greedy.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(await sending * "$-1\r\n".Length / "GET none\r\n".Length, await receiving.WaitAsync(RawClient.Patience));
    }

    /// <summary>The read is held up in the middle, on whatever thread it runs.</summary>
    [Fact]
    public void A_read_of_many_keys_holds_up_no_other()
    {
        using var fixture = OnOneThread();
        var other = fixture.Connect();
        Assert.Equal("OK", other.Do("SET", "k", "v"));
        var slow = fixture.Connect();
        fixture.Replica.StoreGate.Reset();
        slow.Send("MGET" + string.Concat(Enumerable.Repeat(" k", 100)) + "\r\nPING\r\n");
        for (var i = 0; i < 100; i++)
            Assert.Equal("v", other.Do("GET", "k"));
        Assert.Equal(0, slow.Socket.Available);

        fixture.Replica.StoreGate.Set();
        Assert.Equal(100, slow.Read().Items.Count);
        Assert.Equal("PONG", slow.Read().ToString());
    }

    [Fact]
    public void A_walk_over_all_keys_holds_up_no_other()
    {
        using var fixture = OnOneThread();
        var other = fixture.Connect();
        var name = new string('a', 4000);
        for (var i = 0; i < KeysWalked; i++)
            Assert.Equal("OK", other.Do("SET", name + i, "v"));

        // A pattern that has to be tried at every place of every key.
        var walker = fixture.Connect();
        walker.Send($"KEYS *{new string('a', 800)}x\r\n");
        var answered = 0;
        for (; walker.Socket.Available == 0; answered++)
            Assert.Equal($"{KeysWalked}", other.Do("DBSIZE"));
        Assert.InRange(answered, 10, int.MaxValue);
        Assert.Empty(walker.Read().Items);
    }

    [Fact]
    public void A_client_that_is_killed_during_a_long_read_is_gone()
    {
        using var fixture = OnOneThread();
        var slow = fixture.Connect();
        Assert.Equal("1", slow.Do("CLIENT", "ID"));
        fixture.Replica.StoreGate.Reset();
        slow.Send("SCAN 0\r\n");
        var killer = fixture.Connect();
        Assert.Equal("1", killer.Do("CLIENT", "KILL", "ID", "1"));
        Assert.Equal("", slow.ReadToEnd());

        fixture.Replica.StoreGate.Set();
        WaitUntilAlone(killer);
    }

    private static GatewayFixture OnOneThread() => new(settings => settings with { Threads = 1 });

    private static void WaitUntilAlone(RawClient client) =>
        Assert.True(SpinWait.SpinUntil(() => client.Do("CLIENT", "LIST").Count(letter => letter == '\n') == 1, RawClient.Patience));

    /// <returns>How many bytes were sent, always whole pieces.</returns>
    private static long Flood(Socket socket, byte[] requests, CancellationToken over)
    {
        var sent = 0L;
        while (!over.IsCancellationRequested)
        {
            for (var rest = requests.AsSpan(); !rest.IsEmpty;)
                rest = rest[socket.Send(rest)..];
            sent += requests.Length;
        }

        return sent;
    }

    /// <returns>How many bytes were received until the end.</returns>
    private static long Drown(Socket socket)
    {
        var received = 0L;
        var chunk = new byte[256 * 1024];
        while (socket.Receive(chunk) is > 0 and var count)
            received += count;
        return received;
    }
}
