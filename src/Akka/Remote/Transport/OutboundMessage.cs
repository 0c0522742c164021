#nullable enable
using Akka.Actor;

namespace Akka.Remote.Transport;

/// <summary>
/// A message on its way out: serialized when it was sent, on the sender's thread, so that serializers work in parallel and see the
/// message as it was then. The message itself is kept for the dead letter it may become.
/// </summary>
/// <param name="Message">What was sent.</param>
/// <param name="Sender">Who is named as sender; null for nobody.</param>
/// <param name="Recipient">Who shall get it.</param>
/// <param name="Payload">The serialized message.</param>
/// <param name="SerializerId">Who wrote the payload.</param>
/// <param name="Manifest">What the serializer calls it; may be empty.</param>
/// <param name="SentAtMillis"><see cref="Environment.TickCount64"/> when it was sent.</param>
internal readonly record struct OutboundMessage(
    object Message,
    IActorRef? Sender,
    RemoteActorRef Recipient,
    byte[] Payload,
    int SerializerId,
    string Manifest,
    long SentAtMillis)
{
    /// <summary>What the message counts for in the bound of a queue: its payload and a guess of the rest.</summary>
    internal int QueueBytes => Payload.Length + 128;
}
