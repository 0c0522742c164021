#nullable enable
using System.Text;
using Akka.Actor;

namespace Akka.Remote.Transport;

/// <summary>
/// Writes messages as frames, naming paths and types by the slots of this connection. See <see cref="WireFormat"/>.
/// Not safe for concurrent use.
/// </summary>
/// <param name="buffer">Where frames go.</param>
/// <param name="frameBytesMax">The longest frame that both sides take.</param>
internal sealed class MessageEncoder(FrameBuffer buffer, int frameBytesMax)
{
    private readonly SlotTable<IActorRef> _recipients = new();
    private readonly SlotTable<IActorRef> _senders = new();
    private readonly SlotTable<(int SerializerId, string Manifest)> _types = new();
    private PathForm _lastRecipient;
    private PathForm _lastSender;
    private (int SerializerId, string? Manifest, ushort Slot) _lastType;

    /// <summary>
    /// Writes the message, with the definitions that it needs. False, and nothing but definitions written, when its
    /// frame would be longer than allowed.
    /// </summary>
    /// <param name="message">What to write.</param>
    /// <param name="number">The number of a system message; 0 for any other message.</param>
    /// <exception cref="WireFormatException">A path or manifest is longer than the wire format allows.</exception>
    internal bool TryWrite(in OutboundMessage message, ulong number)
    {
        var recipient = FormOf(message.Recipient, _recipients, FrameKind.DefineRecipient, ref _lastRecipient);
        var sender = FormOf(message.Sender, _senders, FrameKind.DefineSender, ref _lastSender);
        var type = TypeSlot(message.SerializerId, message.Manifest);

        var start = buffer.BeginFrame(number == 0 ? FrameKind.Message : FrameKind.SystemMessage);
        if (number != 0)
            buffer.WriteUInt64(number);
        Write(recipient);
        Write(sender);
        buffer.WriteUInt16(type);
        buffer.WriteBytes(message.Payload);
        if (buffer.EndFrame(start) <= frameBytesMax)
            return true;

        buffer.Truncate(start);
        return false;
    }

    private void Write(PathForm form)
    {
        buffer.WriteUInt16(form.Slot);
        if (form.Slot == WireFormat.InlinePath)
            buffer.WritePrefixedText(form.Inline!);
    }

    private PathForm FormOf(IActorRef? actor, SlotTable<IActorRef> table, FrameKind definition, ref PathForm last)
    {
        if (actor is null)
            return new PathForm(null, WireFormat.NoPath, null);
        if (ReferenceEquals(actor, last.Actor))
            return last;

        // The promise of an Ask is named once: it would only push others out of the table.
        if (IsTemporary(actor.Path))
            return new PathForm(actor, WireFormat.InlinePath, Text(actor, definition));

        if (!table.TryGet(actor, out var slot))
        {
            var text = Text(actor, definition);
            slot = table.Add(actor);
            var start = buffer.BeginFrame(definition);
            buffer.WriteUInt16(slot);
            buffer.WriteText(text);
            buffer.EndFrame(start);
        }

        return last = new PathForm(actor, slot, null);
    }

    private ushort TypeSlot(int serializerId, string manifest)
    {
        if (_lastType.Manifest == manifest && _lastType.SerializerId == serializerId)
            return _lastType.Slot;

        if (!_types.TryGet((serializerId, manifest), out var slot))
        {
            CheckLength(manifest);
            slot = _types.Add((serializerId, manifest));
            var start = buffer.BeginFrame(FrameKind.DefineType);
            buffer.WriteUInt16(slot);
            buffer.WriteInt32(serializerId);
            buffer.WriteText(manifest);
            buffer.EndFrame(start);
        }

        _lastType = (serializerId, manifest, slot);
        return slot;
    }

    private static string Text(IActorRef actor, FrameKind definition)
    {
        var path = actor.Path;
        var isRelative = definition == FrameKind.DefineRecipient || actor is InternalActorRef { IsLocal: true };
        return CheckLength(isRelative
            ? path.ToStringWithoutAddress() + (path.Uid == 0 ? "" : "#" + path.Uid)
            : path.ToSerializationFormat());
    }

    private static string CheckLength(string text) =>
        text.Length <= WireFormat.TextBytesMax && Encoding.UTF8.GetByteCount(text) <= WireFormat.TextBytesMax
            ? text
            : throw new WireFormatException($"a path or manifest of {text.Length} characters, that begins with {text[..64]}");

    private static bool IsTemporary(ActorPath path) => path.Elements.Count > 0 && path.Elements[0] == "temp";

    private readonly record struct PathForm(IActorRef? Actor, ushort Slot, string? Inline);
}
