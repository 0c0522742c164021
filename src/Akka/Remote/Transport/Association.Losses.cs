#nullable enable
using Akka.Event;

namespace Akka.Remote.Transport;

/// <summary>What is said and done about messages that are not sent.</summary>
internal sealed partial class Association
{
    internal void DeadLetter(in OutboundMessage message) => _remoting.DeadLetter(message.Message, message.Sender, message.Recipient);

    internal void OnQueueOverflow(Lane lane, in OutboundMessage message)
    {
        _remoting.Warnings.Warning(
            Remote.ToString(),
            $"overflow {lane}",
            $"The {lane} queue to [{Remote}] is full: the peer or the network is too slow. What does not fit goes to dead letters.");
        DeadLetter(message);
    }

    internal void OnTooOld(Lane lane, in OutboundMessage message)
    {
        _remoting.Warnings.Warning(
            Remote.ToString(),
            $"old {lane}",
            $"Messages for [{Remote}] waited in the {lane} queue for more than {Settings.QueueAgeMax}. They go to dead letters.");
        DeadLetter(message);
    }

    internal void OnOversized(in OutboundMessage message) =>
        _remoting.Log.Error(
            "A message of type [{0}] for [{1}] has {2} bytes, more than maximum-frame-size ({3}) allows. It is dropped.",
            message.Message.GetType(),
            message.Recipient,
            message.Payload.Length,
            Settings.Tcp.FrameBytesMax);

    internal void OnNotEncodable(in OutboundMessage message, Exception cause) =>
        _remoting.Log.Error(
            cause, "A message of type [{0}] for [{1}] cannot be sent and is dropped.", message.Message.GetType(), message.Recipient);

    /// <summary>What came back on a connection that this system opened does not follow the protocol: the connection is closed.</summary>
    internal void OnBadReply(string reason) =>
        _remoting.OnBadInput(Remote.Host ?? "", $"A connection to [{Remote}] is closed: the peer sent", reason);
}
