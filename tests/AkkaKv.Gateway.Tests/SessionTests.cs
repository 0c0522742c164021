using System.Globalization;
using System.Text;
using Akka.Actor;
using AkkaKv.Core;

namespace AkkaKv.Gateway.Tests;

public sealed class SessionTests
{
    [Fact]
    public void Replies_keep_the_order_of_requests_and_a_read_sees_the_writes_before_it()
    {
        using var fixture = new GatewayFixture();
        var client = fixture.Connect();
        var wire = new StringBuilder();
        var expected = new StringBuilder();
        for (var i = 0; i < 500; i++)
        {
            wire.Append(CultureInfo.InvariantCulture, $"SET k {i}\r\nINCR n\r\nGET k\r\nPING\r\nFOO\r\nSET k\r\nMGET k n\r\n");
            expected.Append(CultureInfo.InvariantCulture, $"+OK\r\n:{i + 1}\r\n${Digits(i)}\r\n{i}\r\n+PONG\r\n");
            expected.Append("-ERR unknown command 'FOO', with args beginning with: \r\n");
            expected.Append("-ERR wrong number of arguments for 'set' command\r\n");
            expected.Append(CultureInfo.InvariantCulture, $"*2\r\n${Digits(i)}\r\n{i}\r\n${Digits(i + 1)}\r\n{i + 1}\r\n");
        }

        client.Send(wire.ToString());
        client.Expect(expected.ToString());
    }

    [Fact]
    public void Writes_that_arrive_together_are_one_submission()
    {
        using var fixture = new GatewayFixture();
        var client = fixture.Connect();
        client.Send(string.Concat(Enumerable.Repeat("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n", 50)));
        client.Expect(string.Concat(Enumerable.Repeat("+OK\r\n", 50)));
        lock (fixture.Replica.Submissions)
        {
            Assert.Equal(50, fixture.Replica.Submissions.Sum());
            Assert.InRange(fixture.Replica.Submissions.Count, 1, 10); // One, unless the kernel cut the bytes.
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Requests_can_be_cut_anywhere(int seed)
    {
        const string Wire = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nbc\r\nGET k\r\n\r\n"
            + "*2\r\n$4\r\nECHO\r\n$2\r\n\r\n\r\n*1\r\n$4\r\nPING\r\n";
        using var fixture = new GatewayFixture();
        var client = fixture.Connect();
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            for (var start = 0; start < Wire.Length;)
            {
                var length = Math.Min(random.Next(1, 12), Wire.Length - start);
                client.Send(Wire.Substring(start, length));
                start += length;
            }

            client.Expect("+OK\r\n$5\r\na\r\nbc\r\n$2\r\n\r\n\r\n+PONG\r\n");
        }
    }

    [Theory]
    [InlineData(ReplyStatus.Loading, "-LOADING ", "not executed")]
    [InlineData(ReplyStatus.TryAgain, "-TRYAGAIN ", "not executed")]
    [InlineData(ReplyStatus.NoReplicas, "-NOREPLICAS ", "not executed")]
    [InlineData(ReplyStatus.Uncertain, "-UNCERTAIN ", "may or may not")]
    [InlineData(ReplyStatus.Busy, "-TRYAGAIN ", "not executed")]
    [InlineData(ReplyStatus.DiskFull, "-TRYAGAIN ", "not executed")]
    public void A_refusal_says_whether_the_command_was_executed(ReplyStatus status, string prefix, string words)
    {
        using var fixture = new GatewayFixture();
        fixture.Replica.Refusal = status;
        fixture.Replica.HasLease = false;
        var client = fixture.Connect();
        foreach (var command in new[] { "SET k v", "GET k", "MGET a b", "KEYS *" })
        {
            var reply = client.Do(command.Split(' '));
            Assert.StartsWith(prefix, reply, StringComparison.Ordinal);
            Assert.Contains(words, reply, StringComparison.Ordinal);
        }

        client.Send("SET a 1\r\nSET b x EX\r\nINCR c\r\n");
        Assert.StartsWith(prefix, client.Read().ToString(), StringComparison.Ordinal);
        Assert.Equal("-ERR syntax error", client.Read().ToString());
        Assert.StartsWith(prefix, client.Read().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_lease_the_replica_is_asked_and_answers_the_same()
    {
        using var fixture = new GatewayFixture();
        var client = fixture.Connect();
        Assert.Equal("OK", client.Do("MSET", "a", "1", "b", "2"));
        fixture.Replica.HasLease = false;
        client.Send("GET a\r\nMGET a b\r\nEXISTS a b\r\nDBSIZE\r\nSCAN 0 COUNT 100\r\nGET none\r\n");
        client.Expect("$1\r\n1\r\n*2\r\n$1\r\n1\r\n$1\r\n2\r\n:2\r\n:2\r\n");
        Assert.Equal(2, client.Read().Items[1].Items.Count);
        client.Expect("$-1\r\n");
        Assert.Equal(6, fixture.Replica.ReadsAsked);
    }

    [Fact]
    public void A_request_that_is_no_request_is_told_why_and_hung_up_on()
    {
        using var fixture = new GatewayFixture();
        var client = fixture.Connect();
        client.Send("SET a 1\r\n*1\r\n$x\r\nGET a\r\n");
        Assert.Equal("+OK\r\n-ERR Protocol error: invalid bulk length\r\n", client.ReadToEnd());

        var large = fixture.Connect();
        large.Send("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$8388609\r\n");
        Assert.Equal("-ERR Protocol error: invalid bulk length\r\n", large.ReadToEnd());

        var browser = fixture.Connect();
        browser.Send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET a 2\r\n");
        Assert.StartsWith("-ERR unknown command 'POST'", browser.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal("1", fixture.Connect().Do("GET", "a"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_bytes_never_harm_the_server(int seed)
    {
        using var fixture = new GatewayFixture();
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            using var client = new RawClient(fixture.Endpoint);
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            if (round % 2 == 0)
                "*3\r\n$3\r\nSET\r\n$1\r\n"u8.CopyTo(bytes.Length > 40 ? bytes : new byte[40]);
            client.Socket.Send(bytes);
        }

        Assert.Equal("PONG", fixture.Connect().Do("PING"));
    }

    [Fact]
    public void A_value_of_the_largest_size_goes_in_and_out()
    {
        using var fixture = new GatewayFixture();
        var client = fixture.Connect();
        var value = new string('v', 8 * 1024 * 1024);
        Assert.Equal("OK", client.Do("SET", "big", value));
        client.Send("GET big\r\nSTRLEN big\r\n");
        var header = "$8388608\r\n";
        var received = 0;
        var chunk = new byte[1024 * 1024];
        var total = header.Length + value.Length + 2 + ":8388608\r\n".Length;
        while (received < total)
        {
            var read = client.Socket.Receive(chunk);
            Assert.NotEqual(0, read);
            received += read;
        }

        Assert.Equal(total, received);
    }

    [Fact]
    public void A_reply_beyond_the_limit_becomes_an_error()
    {
        using var fixture = new GatewayFixture(settings => settings with { ReplyBytesMax = 1000 });
        var client = fixture.Connect();
        Assert.Equal("OK", client.Do("SET", "a", new string('v', 600)));
        Assert.StartsWith("-ERR the reply would be larger", client.Do("MGET", "a", "a"), StringComparison.Ordinal);
        Assert.Equal("600", client.Do("STRLEN", "a"));
    }

    [Fact]
    public void One_client_too_many_is_told_so()
    {
        using var fixture = new GatewayFixture(settings => settings with { MaxClients = 2 });
        var first = fixture.Connect();
        var second = fixture.Connect();
        Assert.Equal("PONG", first.Do("PING"));
        Assert.Equal("PONG", second.Do("PING"));
        Assert.Equal("-ERR max number of clients reached\r\n", fixture.Connect().ReadToEnd());

        second.Send("QUIT\r\n");
        Assert.Equal("+OK\r\n", second.ReadToEnd());
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                using var next = new RawClient(fixture.Endpoint);
                return next.Do("PING") == "PONG";
            },
            RawClient.Patience));
    }

    [Fact]
    public void Who_does_not_finish_a_request_is_hung_up_on()
    {
        using var fixture = new GatewayFixture(settings => settings with { RequestDeadline = TimeSpan.FromMilliseconds(200) });
        var slow = fixture.Connect();
        slow.Send("*2\r\n$3\r\nGET\r\n");
        Assert.Equal("", slow.ReadToEnd());
        Assert.Equal("PONG", fixture.Connect().Do("PING"));
    }

    [Fact]
    public void Who_never_reads_is_hung_up_on_and_costs_bounded_memory()
    {
        using var fixture = new GatewayFixture(settings => settings with { OutputDeadline = TimeSpan.FromMilliseconds(300) });
        var reader = fixture.Connect();
        Assert.Equal("OK", reader.Do("SET", "a", new string('v', 1_000_000)));

        var deaf = fixture.Connect();
        deaf.Send(string.Concat(Enumerable.Repeat("GET a\r\n", 100)));
        Assert.True(SpinWait.SpinUntil(() => !reader.Do("CLIENT", "LIST").Contains("id=2 ", StringComparison.Ordinal), RawClient.Patience));
        Assert.Equal("1000000", reader.Do("STRLEN", "a"));
    }

    [Fact]
    public void An_idle_client_is_hung_up_on_when_the_operator_wants_it()
    {
        using var fixture = new GatewayFixture(settings => settings with { IdleTimeout = TimeSpan.FromMilliseconds(200) });
        Assert.Equal("", fixture.Connect().ReadToEnd());
    }

    [Fact]
    public void Who_waits_for_an_answer_is_not_idle()
    {
        using var fixture = new GatewayFixture(settings => settings with { IdleTimeout = TimeSpan.FromMilliseconds(200) });
        fixture.Replica.Gate.Reset();
        var client = fixture.Connect();
        client.Send("SET a 1\r\n");
        Assert.Equal("", fixture.Connect().ReadToEnd());
        fixture.Replica.Gate.Set();
        client.Expect("+OK\r\n");
    }

    [Fact]
    public void A_replica_that_never_answers_leaves_the_outcome_open_and_ends_the_connection()
    {
        using var fixture = new GatewayFixture(settings => settings with { AnswerDeadline = TimeSpan.FromMilliseconds(200) });
        fixture.Replica.Gate.Reset();
        var client = fixture.Connect();
        client.Send("SET a 1\r\nSET a 2\r\n");
        var said = client.ReadToEnd();
        Assert.StartsWith("-UNCERTAIN ", said, StringComparison.Ordinal);
        Assert.Equal(2, said.Split("UNCERTAIN").Length - 1);
    }

    [Fact]
    public async Task Draining_answers_what_is_under_way_and_closes_every_connection()
    {
        using var fixture = new GatewayFixture();
        var idle = fixture.Connect();
        Assert.Equal("PONG", idle.Do("PING"));
        fixture.Replica.Gate.Reset();
        var busy = fixture.Connect();
        busy.Send("SET a 1\r\nGET a\r\n");
        Assert.True(SpinWait.SpinUntil(() => idle.Do("CLIENT", "LIST").Contains("id=2 ", StringComparison.Ordinal), RawClient.Patience));

        var drained = fixture.Gateway.Ask<GatewayMessage.Drained>(new GatewayMessage.Drain(RawClient.Patience), RawClient.Patience);
        Assert.Equal("", idle.ReadToEnd());
        fixture.Replica.Gate.Set();
        Assert.Equal("+OK\r\n$1\r\n1\r\n", busy.ReadToEnd());
        await drained;
        Assert.ThrowsAny<System.Net.Sockets.SocketException>(() => new RawClient(fixture.Endpoint));
    }

    [Fact]
    public async Task Draining_finishes_a_request_of_which_only_a_part_has_arrived()
    {
        using var fixture = new GatewayFixture(settings => settings with { DrainGrace = RawClient.Patience });
        var client = fixture.Connect();
        Assert.Equal("PONG", client.Do("PING"));
        client.Send("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\nha");
        var idle = fixture.Connect();
        Assert.Equal("PONG", idle.Do("PING"));

        var drained = fixture.Gateway.Ask<GatewayMessage.Drained>(new GatewayMessage.Drain(RawClient.Patience), RawClient.Patience);
        Assert.Equal("", idle.ReadToEnd());
        client.Send("lf\r\n");
        Assert.Equal("+OK\r\n", client.ReadToEnd());
        await drained;
        Assert.Equal(1, fixture.Replica.State.Count);
    }

    [Fact]
    public async Task Draining_resets_no_busy_connection_and_answers_exactly_what_it_carries_out()
    {
        using var fixture = new GatewayFixture(settings => settings with { PartingGrace = RawClient.Patience });
        var busy = new CountdownEvent(24);
        var clients = Enumerable.Range(0, busy.InitialCount).Select(number => Task.Factory.StartNew(
            () => IncrementUntilTheEnd(fixture.Endpoint, $"n{number}", busy), TaskCreationOptions.LongRunning)).ToArray();
        Assert.True(busy.Wait(RawClient.Patience));

        await fixture.Gateway.Ask<GatewayMessage.Drained>(new GatewayMessage.Drain(RawClient.Patience), RawClient.Patience);
        var answered = await Task.WhenAll(clients).WaitAsync(RawClient.Patience);
        for (var number = 0; number < answered.Length; number++)
        {
            var item = fixture.Replica.State.Find(Encoding.UTF8.GetBytes($"n{number}"));
            Assert.Equal($"{answered[number]}", Encoding.UTF8.GetString(item!.Value));
        }
    }

    /// <summary>One request after the other, until the server hangs up.</summary>
    /// <returns>How many were answered.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The connection was reset.</exception>
    private static int IncrementUntilTheEnd(System.Net.IPEndPoint endpoint, string key, CountdownEvent busy)
    {
        using var client = new RawClient(endpoint);
        var reply = new byte[64];
        for (var answered = 0; ; answered++)
        {
            if (answered == 3)
                busy.Signal();
            client.Send($"INCR {key}\r\n");
            if (client.Socket.Receive(reply) == 0)
                return answered;
        }
    }

    [Fact]
    public async Task Draining_without_a_leader_keeps_nobody_waiting()
    {
        using var fixture = new GatewayFixture();
        fixture.Replica.Leader = null;
        fixture.Replica.Gate.Reset();
        var busy = fixture.Connect();
        busy.Send("SET a 1\r\n");
        var other = fixture.Connect();
        Assert.True(SpinWait.SpinUntil(() => other.Do("CLIENT", "LIST").Contains("id=1 ", StringComparison.Ordinal), RawClient.Patience));

        // The replica never answers, and the drain is given more time than the test has patience.
        var drained = fixture.Gateway.Ask<GatewayMessage.Drained>(
            new GatewayMessage.Drain(2 * RawClient.Patience), RawClient.Patience);
        Assert.StartsWith("-UNCERTAIN ", busy.ReadToEnd(), StringComparison.Ordinal);
        await drained;
    }

    [Fact]
    public void With_a_password_nothing_but_the_password_is_heard()
    {
        using var fixture = new GatewayFixture(settings => settings with { Password = "secret" });
        var client = fixture.Connect();
        Assert.Equal("-NOAUTH Authentication required.", client.Do("GET", "a"));
        Assert.StartsWith("-NOAUTH HELLO must be called", client.Do("HELLO", "3"), StringComparison.Ordinal);
        Assert.Equal("-WRONGPASS invalid username-password pair or user is disabled.", client.Do("AUTH", "guess"));
        Assert.Equal("-WRONGPASS invalid username-password pair or user is disabled.", client.Do("AUTH", "someone", "secret"));
        Assert.Equal("OK", client.Do("AUTH", "secret"));
        Assert.Equal("OK", client.Do("SET", "a", new string('v', 100_000)));

        var large = fixture.Connect();
        large.Send("*2\r\n$4\r\nAUTH\r\n$20000\r\n");
        Assert.Equal("-ERR Protocol error: invalid bulk length\r\n", large.ReadToEnd());
        Assert.Contains("proto", fixture.Connect().Do("HELLO", "3", "AUTH", "default", "secret"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_can_be_killed_by_another()
    {
        using var fixture = new GatewayFixture();
        var killer = fixture.Connect();
        Assert.Equal("PONG", killer.Do("PING"));
        var victim = fixture.Connect();
        Assert.Equal("2", victim.Do("CLIENT", "ID"));
        Assert.Equal("1", killer.Do("CLIENT", "KILL", "ID", "2"));
        Assert.Equal("", victim.ReadToEnd());
        Assert.Equal("0", killer.Do("CLIENT", "KILL", "ID", "2", "ADDR", "1.2.3.4:5"));
    }

    private static int Digits(int value) => value.ToString(CultureInfo.InvariantCulture).Length;
}
