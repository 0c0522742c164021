using System.Text;

namespace AkkaKv.Gateway.Tests;

public sealed class AllocationTests
{
    /// <summary>From the socket to the socket: parser, command table, lookup, replies, and the loop's waits between the rounds.</summary>
    [Fact]
    public void A_pipelined_get_allocates_nothing()
    {
        const int Rounds = 200;
        const int Depth = 64;
        using var fixture = new GatewayFixture(settings => settings with { Threads = 1 });
        var client = fixture.Connect();
        var value = new string('v', 100);
        Assert.Equal("OK", client.Do("SET", "present", value));
        var requests = Repeat("*2\r\n$3\r\nGET\r\n$7\r\npresent\r\n*2\r\n$3\r\nget\r\n$6\r\nabsent\r\n", Depth / 2);
        var replies = Repeat($"$100\r\n{value}\r\n$-1\r\n", Depth / 2);
        Run(Rounds); // Buffers find their sizes.
        Assert.NotEqual(0, fixture.Replica.AllocatedByReader);

        // A collection in another test may just have emptied the pool of buffers: that is seen once, an allocation each time always.
        var allocated = Enumerable.Range(0, 3).Select(_ =>
        {
            var before = fixture.Replica.AllocatedByReader;
            Run(Rounds);
            return fixture.Replica.AllocatedByReader - before;
        });
        Assert.Contains(0, allocated);

        void Run(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                client.Send(requests);
                client.Expect(replies);
            }
        }
    }

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
