#nullable enable
using System.Diagnostics;

namespace Akka.Remote.Transport;

/// <summary>
/// Turns what waits in a lane into frames of one connection: many messages, few writes. Whoever holds the pen writes: the lane's loop,
/// or, while that has nothing to do, the thread that sends a message, which saves the change of threads. A thread that sends never
/// waits: what cannot be written at once it leaves to the loop, together with the pen.
/// </summary>
internal sealed class LaneWriter(Association association, OutboundConnection connection, Lane lane, OutboundQueue queue)
{
    /// <summary>When this much is written it is sent before more is encoded.</summary>
    private const int FlushBytes = 128 * 1024;

    /// <summary>The largest message that the thread that sends it encodes and writes.</summary>
    private const int AtOnceBytesMax = 16 * 1024;

    /// <summary>
    /// So many messages with less than <see cref="PauseTicks"/> between them are written at once, one after the other: an actor seldom says
    /// more to one peer in a turn, and waking the loop for the second would cost more than the call of the system. More are a stream, which
    /// the loop writes better, many with one call.
    /// </summary>
    private const int AtOnceInRowMax = 4;

    /// <summary>After so long without a write the next message is no part of a stream.</summary>
    private static readonly long PauseTicks = Stopwatch.Frequency * 20 / 1_000_000;

    private const int Free = 0;
    private const int Taken = 1;
    private const int LeftToLoop = 2;

    private readonly MessageEncoder _encoder = new(
        connection.Output, Math.Min(association.Settings.Tcp.FrameBytesMax, connection.PeerFrameBytesMax));
    private readonly long _ageMaxMillis = (long)association.Settings.QueueAgeMax.TotalMilliseconds;
    private readonly List<SystemMessageOutbox.Numbered> _systemMessages = [];
    private OutboundMessage[] _batch = [];
    private int _next;
    private int _count;
    private ulong _systemMessagesSent = association.Outbox.Acknowledged;
    private long _writtenAt;
    private int _atOnceInRow;
    private int _pen;
    private int _isPenMissed;

    /// <summary>Says where the numbers of system messages begin. Once, before anybody else knows the writer.</summary>
    internal void Begin()
    {
        if (lane != Lane.Control || _systemMessagesSent == 0)
            return;

        var start = connection.Output.BeginFrame(FrameKind.SystemMessagesBegin);
        connection.Output.WriteUInt64(_systemMessagesSent);
        connection.Output.EndFrame(start);
    }

    /// <summary>
    /// Writes what waits from the thread that has just queued <paramref name="message"/>. False when the loop must be woken.
    /// </summary>
    internal bool TryWriteAtOnce(in OutboundMessage message)
    {
        var inRow = Stopwatch.GetTimestamp() - Volatile.Read(ref _writtenAt) < PauseTicks ? Volatile.Read(ref _atOnceInRow) : 0;
        if (message.QueueBytes > AtOnceBytesMax || inRow == AtOnceInRowMax || Interlocked.CompareExchange(ref _pen, Taken, Free) != Free)
            return false;

        Volatile.Write(ref _atOnceInRow, inRow + 1);
        return TryWriteWithPen();
    }

    /// <summary>Writes the heartbeat that is due from the thread that has found it due. False when the loop must be woken.</summary>
    internal bool TryWriteHeartbeat() =>
        !connection.IsBroken && Interlocked.CompareExchange(ref _pen, Taken, Free) == Free && TryWriteWithPen();

    /// <summary>Takes the pen for the loop. When somebody else holds it, the loop is woken once it is free.</summary>
    internal bool TryTakeForLoop()
    {
        if (TryTake())
            return true;

        Interlocked.Exchange(ref _isPenMissed, 1);
        return TryTake();
    }

    /// <summary>Puts the pen down. True when the loop looked for it in vain and must be woken.</summary>
    internal bool PutDown()
    {
        Volatile.Write(ref _writtenAt, Stopwatch.GetTimestamp());
        Interlocked.Exchange(ref _pen, Free);
        return Interlocked.Exchange(ref _isPenMissed, 0) != 0;
    }

    /// <summary>Starts over behind the last acknowledged system message. With the pen.</summary>
    internal void ResendSystemMessages() => _systemMessagesSent = association.Outbox.Acknowledged;

    /// <summary>Writes and sends everything that waits. False when there was nothing. By the loop, with the pen.</summary>
    internal async ValueTask<bool> WriteAllAsync()
    {
        var any = false;
        while (connection.Output.Length > 0 || EncodeSome())
        {
            any = true;
            await connection.FlushAsync().ConfigureAwait(false);
        }

        return any;
    }

    /// <summary>Ends the writing for good: takes the pen, unless the loop has it, and drops what is not even encoded.</summary>
    internal void Retire(bool hasPen)
    {
        if (!hasPen)
            SpinWait.SpinUntil(TryTake);
        for (; _next < _count; _next++)
        {
            association.DeadLetter(_batch[_next]);
            queue.Release(_batch[_next].QueueBytes);
        }

        Array.Clear(_batch, 0, _count);
    }

    private bool TryTake() =>
        Interlocked.CompareExchange(ref _pen, Taken, Free) == Free
        || Interlocked.CompareExchange(ref _pen, Taken, LeftToLoop) == LeftToLoop;

    private bool TryWriteWithPen()
    {
        try
        {
            EncodeSome();
            if (connection.TryFlush() && _next == _count)
                return !PutDown();
        }
        catch (Exception e)
        {
            // The loop finds the connection broken and ends it; who sends a message does not learn of it.
            connection.Abort(e.Message);
        }

        Volatile.Write(ref _pen, LeftToLoop);
        return false;
    }

    /// <summary>Encodes what waits, up to <see cref="FlushBytes"/>. False when there was nothing.</summary>
    private bool EncodeSome()
    {
        if (connection.TakeHeartbeatDue())
            connection.Output.EndFrame(connection.Output.BeginFrame(FrameKind.Heartbeat));
        if (lane == Lane.Control)
            EncodeSystemMessages();
        if (_next == _count)
            (_next, _count) = (0, queue.TakeAll(ref _batch));
        var any = _count > 0 || connection.Output.Length > 0;
        EncodeBatch();
        return any;
    }

    private void EncodeBatch()
    {
        var oldest = Environment.TickCount64 - _ageMaxMillis;
        var released = 0L;
        while (_next < _count && connection.Output.Length < FlushBytes)
        {
            ref readonly var message = ref _batch[_next++];
            released += message.QueueBytes;
            if (message.SentAtMillis < oldest)
                association.OnTooOld(lane, message);
            else
                Encode(message, number: 0);
        }

        if (released == 0)
            return;

        queue.Release(released);
        if (_next < _count)
            return;

        Array.Clear(_batch, 0, _count);
        (_next, _count) = (0, 0);
    }

    private void EncodeSystemMessages()
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
