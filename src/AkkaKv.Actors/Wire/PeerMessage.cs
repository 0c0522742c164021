using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Actors;

/// <summary>Everything that AkkaKv servers send each other; bound to <see cref="ReplicationSerializer"/>.</summary>
public interface IReplicationMessage;

/// <summary>
/// A message of the protocol on its way between two servers. A broadcast tells all its receivers one object, so that it is
/// encoded once.
/// </summary>
/// <param name="from">The server that sends it.</param>
/// <param name="sender">Whether its replica or its leader speaks.</param>
/// <param name="message">What is said.</param>
public sealed class PeerMessage(ReplicaId from, Part sender, Message message) : IReplicationMessage
{
    private byte[]? _encoded;

    /// <summary>The server that sends it.</summary>
    public ReplicaId From { get; } = from;

    /// <summary>Whether its replica or its leader speaks.</summary>
    public Part Sender { get; } = sender;

    /// <summary>What is said.</summary>
    public Message Message { get; } = message;

    /// <summary>The binary form. Two threads may make it at once; both make the same, and either is kept.</summary>
    internal byte[] Encoded => _encoded ??= PeerMessageCodec.Encode(this);

    /// <inheritdoc/>
    public override string ToString() => $"{From} {Sender}: {Message}";
}
