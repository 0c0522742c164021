using System.Collections.Immutable;
using System.Net;
using AkkaKv.Core;
using AkkaKv.Resp;

namespace AkkaKv.Gateway;

/// <summary>What a gateway is told once. Every bound has a default that suits a server on a trusted network.</summary>
public sealed record GatewaySettings
{
    /// <summary>Where to listen. Port 0 takes a free one; ask with <see cref="GatewayMessage.GetBound"/>.</summary>
    public required IPEndPoint Endpoint { get; init; }

    /// <summary><c>host:port</c> for clients of every server, in the order of slots: how one server names another.</summary>
    public ImmutableArray<string> ClientEndpoints { get; init; } = [];

    /// <summary>Connections held at once; one more is told so and closed.</summary>
    public int MaxClients { get; init; } = 10_000;

    /// <summary>Threads that serve clients, each connection on one of them; 0 for as many as suit the machine.</summary>
    public int Threads { get; init; }

    /// <summary>Longest key, in bytes.</summary>
    public int KeyBytesMax { get; init; } = Limits.KeyBytesMax;

    /// <summary>Longest value, in bytes.</summary>
    public int ValueBytesMax { get; init; } = Limits.ValueBytesDefault;

    /// <summary>
    /// Bytes of one reply (MGET, KEYS); a longer one becomes an error instead of memory. The longest value that may be stored fits,
    /// with what stands around it.
    /// </summary>
    public int ReplyBytesMax { get; init; } = Limits.ValueBytesMax + 1024;

    /// <summary>How long the replica holds a stalled request.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Time after which a session believes that its replica will never answer, and closes the connection. Null for a default well
    /// beyond <see cref="RequestTimeout"/>, within which the replica does answer.
    /// </summary>
    public TimeSpan? AnswerDeadline { get; init; }

    /// <summary>Time without a request after which a connection is closed; zero never closes one.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Time in which a request that has begun must be complete: who sends a byte a minute does not keep a buffer.</summary>
    public TimeSpan RequestDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time in which a client must take the replies it was sent: who never reads is hung up on.</summary>
    public TimeSpan OutputDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long after the beginning of a drain a client may finish, and have answered, what it has begun to send or goes on to send.
    /// </summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a client that was told the end may take to hang up: longer than a way there and back.</summary>
    public TimeSpan PartingGrace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Asked of every client by AUTH or HELLO; null asks nobody.</summary>
    public string? Password { get; init; }

    /// <summary>The version of the product, for INFO.</summary>
    public string ProductVersion { get; init; } = "0.1.0";

    /// <summary>What the parser allows: one value with its key and room for options, whatever the command.</summary>
    public RespLimits RespLimits => new(
        BulkBytesMax: Math.Max(ValueBytesMax, KeyBytesMax),
        RequestBytesMax: ValueBytesMax + KeyBytesMax + (1024 * 1024));
}
