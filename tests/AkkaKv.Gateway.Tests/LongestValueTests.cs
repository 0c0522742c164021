using System.Globalization;
using AkkaKv.Core;

namespace AkkaKv.Gateway.Tests;

/// <summary>What may be stored can be read back, up to the last byte that the configuration can allow.</summary>
public sealed class LongestValueTests
{
    [Fact]
    public void The_longest_value_fits_into_a_reply()
    {
        using var fixture = new GatewayFixture(settings => settings with { ValueBytesMax = Limits.ValueBytesMax });
        var client = fixture.Connect();
        var head = string.Create(CultureInfo.InvariantCulture, $"${Limits.ValueBytesMax}\r\n");
        client.Send($"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n{head}");
        client.Send(new string('v', Limits.ValueBytesMax) + "\r\n");
        client.Expect("+OK\r\n");

        client.Send("MGET k\r\n");
        client.Expect("*1\r\n" + head);
    }
}
