#nullable enable
namespace Akka.Remote.Transport;

/// <summary>Turns what waits in a lane into frames of one connection: many messages, few writes.</summary>
internal sealed class LaneWriter(Association association, OutboundConnection connection, Lane lane, OutboundQueue queue)
{
    /// <summary>When this much is written it is sent before more is encoded.</summary>
    private const int FlushBytes = 128 * 1024;

    private readonly MessageEncoder _encoder = new(
        connection.Output, Math.Min(association.Settings.Tcp.FrameBytesMax, connection.PeerFrameBytesMax));
    private readonly long _ageMaxMillis = (long)association.Settings.QueueAgeMax.TotalMilliseconds;
    private readonly List<SystemMessageOutbox.Numbered> _systemMessages = [];
    private OutboundMessage[] _batch = [];
    private ulong _systemMessagesSent = association.Outbox.Acknowledged;

    /// <summary>Starts over behind the last acknowledged system message.</summary>
    internal void ResendSystemMessages() => _systemMessagesSent = association.Outbox.Acknowledged;

    /// <summary>Writes and sends everything that waits. False when there was nothing.</summary>
    internal async ValueTask<bool> WriteAllAsync()
    {
        if (connection.TakeHeartbeatDue())
            connection.Output.EndFrame(connection.Output.BeginFrame(FrameKind.Heartbeat));
        if (lane == Lane.Control)
            WriteSystemMessages();

        var count = queue.TakeAll(ref _batch);
        if (count > 0)
            await WriteBatchAsync(count).ConfigureAwait(false);

        if (connection.Output.Length > 0)
        {
            await connection.FlushAsync().ConfigureAwait(false);
            return true;
        }

        return count > 0;
    }

    private async ValueTask WriteBatchAsync(int count)
    {
        var next = 0;
        try
        {
            while (next < count)
            {
                next = WriteSome(next, count);
                if (connection.Output.Length >= FlushBytes)
                    await connection.FlushAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            // After a failure these were not even in flight.
            for (; next < count; next++)
            {
                association.DeadLetter(_batch[next]);
                queue.Release(_batch[next].QueueBytes);
            }

            Array.Clear(_batch, 0, count);
        }
    }

    private int WriteSome(int next, int count)
    {
        var oldest = Environment.TickCount64 - _ageMaxMillis;
        var released = 0L;
        while (next < count && connection.Output.Length < FlushBytes)
        {
            ref readonly var message = ref _batch[next++];
            released += message.QueueBytes;
            if (message.SentAtMillis < oldest)
                association.OnTooOld(lane, message);
            else
                Encode(message, number: 0);
        }

        queue.Release(released);
        return next;
    }

    private void WriteSystemMessages()
    {
        association.Outbox.CopyAfter(_systemMessagesSent, _systemMessages);
        foreach (var (number, message) in _systemMessages)
        {
            Encode(message, number);
            _systemMessagesSent = number;
        }

        _systemMessages.Clear();
    }

    private void Encode(in OutboundMessage message, ulong number)
    {
        try
        {
            if (!_encoder.TryWrite(message, number))
                association.OnOversized(message);
        }
        catch (WireFormatException e)
        {
            association.OnNotEncodable(message, e);
        }
    }
}
