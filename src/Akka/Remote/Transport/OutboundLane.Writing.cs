#nullable enable
namespace Akka.Remote.Transport;

/// <summary>What the lane's loop does while there is a connection.</summary>
internal sealed partial class OutboundLane
{
    /// <summary>Returns why the connection ended; null when the peer closed it, or this system asked for its end.</summary>
    private async Task<Exception?> WriteUntilBrokenAsync(OutboundConnection connection)
    {
        var replies = ReadRepliesAsync(connection);
        Exception? cause = null;
        try
        {
            await WriteAsync(connection).ConfigureAwait(false);
            if (!connection.IsBroken)
                connection.FinishSending();
        }
        catch (Exception e)
        {
            cause = e;
            connection.Abort(e.Message);
        }

        return await replies.ConfigureAwait(false) ?? cause;
    }

    /// <summary>Returns why the replies ended; null when the peer closed the connection.</summary>
    private async Task<Exception?> ReadRepliesAsync(OutboundConnection connection)
    {
        Exception? cause = null;
        try
        {
            await connection.ReadRepliesAsync(association.OnAcknowledged, association.OnQuarantinedByPeer).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it was, it ends this connection, and only this one.
            cause = e;
        }

        connection.Abort(cause?.Message ?? "the peer closed the connection");
        _signal.Set();
        return cause;
    }

    private async Task WriteAsync(OutboundConnection connection)
    {
        var writer = new LaneWriter(association, connection, lane, _queue);
        writer.Begin();
        _writer = writer;
        var hasPen = false;
        try
        {
            while (!connection.IsBroken)
            {
                hasPen = writer.TryTakeForLoop();
                if (hasPen)
                {
                    if (Interlocked.Exchange(ref _resendDue, 0) != 0)
                        writer.ResendSystemMessages();
                    var any = await writer.WriteAllAsync().ConfigureAwait(false);
                    writer.PutDown();
                    hasPen = false;
                    if (any)
                        continue;
                    if (_isClosing)
                        return;
                }

                await _signal.WaitAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _writer = null;
            writer.Retire(hasPen);
            await connection.SettleAsync().ConfigureAwait(false);
        }
    }
}
