using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Akka.Actor;
using AkkaKv.Core;

namespace AkkaKv.Gateway;

/// <summary>What all sessions of a gateway share: the replica, the settings that can change at run time, figures, each other.</summary>
internal sealed class GatewayContext(GatewaySettings settings, IReplicaView view, IActorRef keyValue)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _nextClientId;
    private long _commandsProcessed;
    private long _connectionsReceived;
    private long _connectionsRejected;
    private int _maxClients = settings.MaxClients;
    private long _idleTimeoutMilliseconds = (long)settings.IdleTimeout.TotalMilliseconds;

    public GatewaySettings Settings { get; } = settings;

    public IReplicaView View { get; } = view;

    public IActorRef KeyValue { get; } = keyValue;

    /// <summary>Connected clients by their number. Sessions read it (CLIENT LIST, KILL); the actor alone adds and removes.</summary>
    public ConcurrentDictionary<long, ClientSession> Sessions { get; } = new();

    /// <summary>Where the gateway listens, once it does.</summary>
    public int Port { get; set; }

    /// <summary>Names this run of the server, as Redis does: 40 hexadecimal digits.</summary>
    public string RunId { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    public TimeSpan Uptime => Stopwatch.GetElapsedTime(_started);

    public int MaxClients
    {
        get => Volatile.Read(ref _maxClients);
        set => Volatile.Write(ref _maxClients, value);
    }

    /// <summary>0 for never.</summary>
    public long IdleTimeoutMilliseconds
    {
        get => Volatile.Read(ref _idleTimeoutMilliseconds);
        set => Volatile.Write(ref _idleTimeoutMilliseconds, value);
    }

    public long CommandsProcessed => Volatile.Read(ref _commandsProcessed);

    public long ConnectionsReceived => Volatile.Read(ref _connectionsReceived);

    public long ConnectionsRejected => Volatile.Read(ref _connectionsRejected);

    /// <summary>Servers besides this one that surely hold an acknowledged write.</summary>
    public int ReplicasOfEveryWrite => Math.Max(1, Settings.ClientEndpoints.Length) / 2;

    /// <summary>Where clients reach the server beside the leader; null while no leader is known.</summary>
    public string? LeaderEndpoint =>
        View.Status.Leader is { } leader && leader.Slot < Settings.ClientEndpoints.Length ? Settings.ClientEndpoints[leader.Slot] : null;

    public long NextClientId() => Interlocked.Increment(ref _nextClientId);

    public void CountConnection() => Interlocked.Increment(ref _connectionsReceived);

    public void CountRejection() => Interlocked.Increment(ref _connectionsRejected);

    public void CountCommands(int commands) => Interlocked.Add(ref _commandsProcessed, commands);

    public void ResetFigures()
    {
        Interlocked.Exchange(ref _commandsProcessed, 0);
        Interlocked.Exchange(ref _connectionsReceived, 0);
        Interlocked.Exchange(ref _connectionsRejected, 0);
    }
}
