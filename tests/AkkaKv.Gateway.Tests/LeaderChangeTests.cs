using AkkaKv.Core;

namespace AkkaKv.Gateway.Tests;

/// <summary>StackExchange.Redis subscribes to one channel and looks for another primary when a message comes.</summary>
public sealed class LeaderChangeTests : IDisposable
{
    private const string Subscribe = "SUBSCRIBE __Booksleeve_MasterChanged\r\n";

    private readonly GatewayFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Subscribers_hear_of_another_leader_and_nobody_else_does()
    {
        var subscriber = _fixture.Connect();
        var former = _fixture.Connect();
        var other = _fixture.Connect();
        subscriber.Send(Subscribe);
        Assert.Equal("[subscribe, __Booksleeve_MasterChanged, 1]", subscriber.Read().ToString());
        former.Send(Subscribe + "UNSUBSCRIBE\r\n");
        Assert.Equal("[subscribe, __Booksleeve_MasterChanged, 1]", former.Read().ToString());
        Assert.Equal("[unsubscribe, __Booksleeve_MasterChanged, 0]", former.Read().ToString());

        for (var change = 1; change <= 3; change++)
        {
            _fixture.Replica.Leader = new ReplicaId((byte)(change % 3));
            subscriber.Expect("*3\r\n$7\r\nmessage\r\n$26\r\n__Booksleeve_MasterChanged\r\n$1\r\n*\r\n");
        }

        Assert.Equal("[pong, ]", subscriber.Do("PING"));
        Assert.Equal("PONG", former.Do("PING"));
        Assert.Equal("PONG", other.Do("PING"));
    }

    /// <summary>With RESP3 one connection carries everything.</summary>
    [Fact]
    public void A_message_stands_between_two_replies()
    {
        var client = _fixture.Connect();
        client.Do("HELLO", "3");
        client.Send(Subscribe);
        client.Expect(">3\r\n$9\r\nsubscribe\r\n$26\r\n__Booksleeve_MasterChanged\r\n:1\r\n");
        _fixture.Replica.Leader = new ReplicaId(1);
        var messages = 0;
        while (messages == 0)
        {
            client.Send("PING\r\nECHO x\r\n");
            for (var replies = 0; replies < 2;)
            {
                var value = client.Read().ToString();
                if (value == "[message, __Booksleeve_MasterChanged, *]")
                    messages++;
                else
                    Assert.Equal(replies++ == 0 ? "PONG" : "x", value);
            }
        }

        Assert.Equal(1, messages);
    }
}
