using System.Net.Sockets;

namespace AkkaKv.Gateway.Tests;

/// <summary>Clients end connections in every way there is, at every moment there is, and leave nothing behind.</summary>
public sealed class HangUpTests
{
    [Fact]
    public void A_client_that_will_send_no_more_gets_all_its_replies()
    {
        using var fixture = new GatewayFixture();
        fixture.Replica.Gate.Reset();
        var client = fixture.Connect();
        client.Send("SET a 1\r\nGET a\r\nINCR a\r\nMGET a b\r\n");
        client.Socket.Shutdown(SocketShutdown.Send);
        WaitUntilSubmitted(fixture, client);
        fixture.Replica.Gate.Set();
        Assert.Equal("+OK\r\n$1\r\n1\r\n:2\r\n*2\r\n$1\r\n2\r\n$-1\r\n", client.ReadToEnd());
        WaitUntilAlone(fixture);
    }

    [Fact]
    public void A_client_that_will_send_no_more_gets_replies_that_do_not_fit_the_connection_at_once()
    {
        using var fixture = new GatewayFixture();
        var client = fixture.Connect();
        Assert.Equal("OK", client.Do("SET", "a", new string('v', 1_000_000)));
        client.Send(string.Concat(Enumerable.Repeat("GET a\r\n", 20)) + "PING\r\n");
        client.Socket.Shutdown(SocketShutdown.Send);
        for (var i = 0; i < 20; i++)
            Assert.Equal(1_000_000, client.Read().Bytes.Length);
        Assert.Equal("+PONG\r\n", client.ReadToEnd());
        WaitUntilAlone(fixture);
    }

    [Fact]
    public void A_reset_ends_a_session_that_waits_for_input()
    {
        using var fixture = new GatewayFixture();
        for (var i = 0; i < 20; i++)
        {
            var client = fixture.Connect();
            Assert.Equal("PONG", client.Do("PING"));
            Reset(client);
        }

        WaitUntilAlone(fixture);
    }

    /// <summary>The write itself is out and takes effect; only its answer has nobody to go to.</summary>
    [Fact]
    public void A_reset_ends_a_session_that_waits_for_the_replica_at_once()
    {
        using var fixture = new GatewayFixture();
        fixture.Replica.Gate.Reset();
        for (var i = 0; i < 20; i++)
        {
            var client = fixture.Connect();
            client.Send("INCR n\r\nGET n\r\n");
            if (i == 0)
                WaitUntilSubmitted(fixture, client);
            Reset(client);
        }

        WaitUntilAlone(fixture);
        fixture.Replica.Gate.Set();
        Assert.NotEqual("0", fixture.Connect().Do("INCR", "n"));
    }

    [Fact]
    public void A_reset_ends_a_session_whose_replies_are_not_taken()
    {
        using var fixture = new GatewayFixture();
        var client = fixture.Connect();
        Assert.Equal("OK", client.Do("SET", "a", new string('v', 1_000_000)));
        client.Send(string.Concat(Enumerable.Repeat("GET a\r\n", 50)));
        Assert.True(SpinWait.SpinUntil(() => client.Socket.Available > 0, RawClient.Patience));
        Reset(client);
        WaitUntilAlone(fixture);
    }

    [Fact]
    public void Thousands_of_connections_leave_no_descriptor_behind()
    {
        using var fixture = new GatewayFixture(settings => settings with { Threads = 2 });
        for (var i = 0; i < 100; i++)
            ComeAndGo(fixture, i);
        WaitUntilAlone(fixture);
        var before = Descriptors();
        for (var i = 0; i < 3000; i++)
            ComeAndGo(fixture, i);
        WaitUntilAlone(fixture);
        Assert.True(SpinWait.SpinUntil(() => Descriptors() <= before + 20, RawClient.Patience), $"{before} became {Descriptors()}");
    }

    private static void ComeAndGo(GatewayFixture fixture, int number)
    {
        using var client = new RawClient(fixture.Endpoint);
        switch (number % 4)
        {
            case 0:
                Assert.Equal("PONG", client.Do("PING"));
                break;
            case 1:
                client.Send("SET a 1\r\nQUIT\r\n");
                Assert.Equal("+OK\r\n+OK\r\n", client.ReadToEnd());
                break;
            case 2:
                client.Send("INCR n\r\nGET");
                Reset(client);
                break;
            default:
                break; // It only looks in.
        }
    }

    /// <summary>Hangs up so that the server gets a reset instead of an end.</summary>
    private static void Reset(RawClient client)
    {
        client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Dispose();
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;

    private static void WaitUntilSubmitted(GatewayFixture fixture, RawClient client)
    {
        var last = $"addr={client.Socket.LocalEndPoint} ";
        var observer = fixture.Connect();
        Assert.True(SpinWait.SpinUntil(
            () => observer.Do("CLIENT", "LIST").Split('\n').Any(line => line.Contains(last, StringComparison.Ordinal)
                && !line.Contains("cmd=NULL", StringComparison.Ordinal)),
            RawClient.Patience));
        observer.Dispose();
    }

    /// <summary>Waits until the server knows of no client but the one that asks it.</summary>
    private static void WaitUntilAlone(GatewayFixture fixture)
    {
        using var observer = new RawClient(fixture.Endpoint);
        Assert.True(SpinWait.SpinUntil(
            () => observer.Do("CLIENT", "LIST").Count(letter => letter == '\n') == 1, RawClient.Patience));
    }
}
