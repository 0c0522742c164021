#nullable enable
using Akka.Actor;
using Akka.Event;
using Akka.Serialization;

namespace Akka.Remote.Transport;

/// <summary>
/// Understands the message frames of one inbound connection and delivers them, on the connection's reading loop. Paths are resolved
/// once per connection and looked up by slot from then on. Not safe for concurrent use.
/// </summary>
/// <param name="provider">Whose actors get the messages.</param>
/// <param name="system">Whose serializers read them.</param>
/// <param name="peer">Who sends them.</param>
/// <param name="host">Where the connection comes from, which the peer cannot choose.</param>
/// <param name="log">For messages that are dropped.</param>
internal sealed class MessageDecoder(
    RemoteActorRefProvider provider, ExtendedActorSystem system, Address peer, string host, RateLimitedLog log)
{
    private readonly string _localRoot = provider.DefaultAddress.ToString();
    private readonly string _peerRoot = peer.ToString();
    private readonly SlotMeanings<Recipient> _recipients = new();
    private readonly SlotMeanings<InternalActorRef> _senders = new();
    private readonly SlotMeanings<PayloadType> _types = new();

    /// <exception cref="WireFormatException">The frame does not follow the wire format.</exception>
    internal void Define(FrameKind kind, FrameReader reader)
    {
        var slot = reader.ReadUInt16();
        switch (kind)
        {
            case FrameKind.DefineRecipient:
                _recipients.Define(slot, new Recipient(reader.ReadTextToEnd()));
                break;
            case FrameKind.DefineSender:
                _senders.Define(slot, ResolveSender(reader.ReadTextToEnd()));
                break;
            default:
                _types.Define(slot, ReadType(ref reader));
                break;
        }
    }

    /// <summary>
    /// Delivers a message. One that its serializer refuses is logged and dropped: its frame was sound, so the connection is. One of a
    /// serializer that does not exist here ends the connection: the two systems are not configured alike.
    /// </summary>
    /// <param name="reader">The frame behind its kind and number.</param>
    /// <param name="isSystemMessage">Which kind of message the frame says it is.</param>
    /// <exception cref="WireFormatException">The frame does not follow the wire format, or names an unknown serializer.</exception>
    internal void Deliver(FrameReader reader, bool isSystemMessage)
    {
        var recipient = ReadRecipient(ref reader);
        var sender = ReadSender(ref reader);
        var type = _types[reader.ReadUInt16()];
        object? message;
        try
        {
            message = system.Serialization.Deserialize(reader.Rest.ToArray(), type.SerializerId, type.Manifest);
        }
        catch (UnknownSerializerException e)
        {
            throw new WireFormatException($"a message with manifest [{type.Manifest}] of an unknown serializer ({e.Message})");
        }
        catch (Exception e)
        {
            log.Log(
                LogLevel.ErrorLevel,
                host,
                $"unreadable {peer} {type.SerializerId} {type.Manifest}",
                $"A message for [{recipient}] from [{peer}] at {host} with serializer id {type.SerializerId} and manifest "
                + $"[{type.Manifest}] could not be deserialized and is dropped: {e.GetType().Name}: {e.Message}");
            return;
        }

        if (message is SystemMessage systemMessage != isSystemMessage || message is null)
            throw new WireFormatException($"a message of type {message?.GetType()} in the wrong kind of frame");

        Deliver(recipient, sender, message);
    }

    private void Deliver(InternalActorRef recipient, IActorRef? sender, object message)
    {
        try
        {
            if (message is SystemMessage systemMessage)
                recipient.SendSystemMessage(systemMessage);
            else
                recipient.Tell(message, sender);
        }
        catch (Exception e)
        {
            log.Log(
                LogLevel.ErrorLevel,
                host,
                $"undeliverable {peer} {message.GetType()}",
                $"A message of type [{message.GetType()}] from [{peer}] could not be delivered to [{recipient}].",
                e);
        }
    }

    private InternalActorRef ReadRecipient(ref FrameReader reader)
    {
        var slot = reader.ReadUInt16();
        return slot switch
        {
            WireFormat.InlinePath => ResolveRecipient(reader.ReadPrefixedText()),
            WireFormat.NoPath => throw new WireFormatException("a message without a recipient"),
            _ => Current(_recipients[slot]),
        };
    }

    private InternalActorRef? ReadSender(ref FrameReader reader)
    {
        var slot = reader.ReadUInt16();
        return slot switch
        {
            WireFormat.InlinePath => ResolveSender(reader.ReadPrefixedText()),
            WireFormat.NoPath => null,
            _ => _senders[slot],
        };
    }

    /// <summary>The actor at the path now: one that has stopped may have a successor of the same name.</summary>
    private InternalActorRef Current(Recipient recipient)
    {
        var actor = recipient.Resolved;
        if (actor is null || actor.IsTerminated)
            recipient.Resolved = actor = ResolveRecipient(recipient.Path);
        return actor;
    }

    private InternalActorRef ResolveRecipient(string path)
    {
        if (!path.StartsWith('/'))
            throw new WireFormatException("a recipient's path that is not relative");

        return (InternalActorRef)provider.ResolveActorRef(_localRoot + path);
    }

    private InternalActorRef ResolveSender(string path) =>
        (InternalActorRef)provider.ResolveActorRef(path.StartsWith('/') ? _peerRoot + path : path);

    private static PayloadType ReadType(ref FrameReader reader) => new(reader.ReadInt32(), reader.ReadTextToEnd());

    private sealed class Recipient(string path)
    {
        internal string Path { get; } = path;

        internal InternalActorRef? Resolved { get; set; }
    }

    private sealed record PayloadType(int SerializerId, string Manifest);
}
