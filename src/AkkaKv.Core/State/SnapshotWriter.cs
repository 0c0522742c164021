using System.Buffers;
using System.Buffers.Binary;

namespace AkkaKv.Core.State;

/// <summary>
/// Writes a capture as a snapshot (<see cref="SnapshotFormat"/>), block by block: the host calls <see cref="WriteNext"/> at its
/// own pace and on a thread of its choice, and moves what came out to where it belongs. Memory use is a block or two.
/// </summary>
/// <param name="capture">What to write; read to the end here.</param>
public sealed class SnapshotWriter(Capture capture)
{
    private readonly ArrayBufferWriter<byte> _block = new();
    private ReadOnlyMemory<Item> _items;
    private int _session;
    private int _result;
    private bool _sessionBegun;
    private long _itemsWritten;
    private long _blocks;
    private Stage _stage;

    private enum Stage
    {
        Header,
        Sessions,
        Items,
        Done,
    }

    /// <summary>Bytes written so far: the size of the snapshot once <see cref="WriteNext"/> says that it is over.</summary>
    public long Length { get; private set; }

    /// <summary>Appends the next block, usually about 64 KiB, to <paramref name="output"/>; false when the snapshot is complete.</summary>
    public bool WriteNext(IBufferWriter<byte> output)
    {
        switch (_stage)
        {
            case Stage.Header:
                WritePreamble(output);
                FillHeader();
                WriteBlock(output, SnapshotBlock.Header);
                _stage = Stage.Sessions;
                return true;
            case Stage.Sessions when _session < capture.Sessions.Count:
                WriteBlock(output, FillSession());
                return true;
            case Stage.Sessions:
                _stage = Stage.Items;
                return WriteNext(output);
            case Stage.Items when FillItems():
                WriteBlock(output, SnapshotBlock.Items);
                return true;
            case Stage.Items:
                Invariant.Holds(_itemsWritten == capture.Count);
                PutInt64(_itemsWritten);
                PutInt64(_blocks);
                WriteBlock(output, SnapshotBlock.Footer);
                _stage = Stage.Done;
                return true;
            default:
                return false;
        }
    }

    private void WritePreamble(IBufferWriter<byte> output)
    {
        output.Write(SnapshotFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), SnapshotFormat.Version);
        output.Advance(sizeof(uint));
        Length += SnapshotFormat.PreambleBytes;
    }

    private void FillHeader()
    {
        capture.Cluster.Value.TryWriteBytes(_block.GetSpan(16), bigEndian: true, out _);
        _block.Advance(16);
        PutInt64((long)capture.Position.Epoch.Round);
        PutOctet(capture.Position.Epoch.Slot);
        PutInt64((long)capture.Position.Epoch.Nonce);
        PutInt64(capture.Position.Index.Value);
        PutInt64(capture.Stamp);
        PutInt64(capture.Count);
        PutInt64(capture.LastSessionId);
        PutInt32(capture.Sessions.Count);
        _block.Write(capture.Stores.Encode());
    }

    /// <summary>Fills a block with the current session, or with its next results, and moves on.</summary>
    private SnapshotBlock FillSession()
    {
        var session = capture.Sessions[_session];
        var kind = _sessionBegun ? SnapshotBlock.Results : SnapshotBlock.Session;
        if (!_sessionBegun)
        {
            _sessionBegun = true;
            PutInt64(session.Id);
            PutOctet(session.Slot.Slot);
            PutInt64(session.Incarnation);
            PutInt64(session.Low);
            PutInt64(session.Results.Count);
        }
        else
        {
            while (_result < session.Results.Count && _block.WrittenCount < SnapshotFormat.BlockBytesTarget)
            {
                var (sequence, results) = session.Results[_result++];
                PutInt64(sequence);
                PutInt32(results.Length);
                _block.Write(results.Span);
            }
        }

        if (_result == session.Results.Count)
        {
            _session++;
            _result = 0;
            _sessionBegun = false;
        }

        return kind;
    }

    private bool FillItems()
    {
        while (_block.WrittenCount < SnapshotFormat.BlockBytesTarget)
        {
            if (_items.IsEmpty && !capture.TryNext(out _items)) break;
            var item = _items.Span[0];
            _items = _items[1..];
            PutInt64(item.Version.Value);
            PutInt64(item.ExpireAt);
            PutInt32(item.Key.Length);
            PutInt32(item.Value.Length);
            _block.Write(item.Key);
            _block.Write(item.Value);
            _itemsWritten++;
        }

        return _block.WrittenCount > 0;
    }

    private void WriteBlock(IBufferWriter<byte> output, SnapshotBlock kind)
    {
        var payload = _block.WrittenSpan;
        var head = output.GetSpan(SnapshotFormat.BlockHeadBytes);
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[5..], SnapshotFormat.Checksum(Length, head[..5]));
        output.Advance(SnapshotFormat.BlockHeadBytes);
        output.Write(payload);
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), SnapshotFormat.Checksum(Length, payload));
        output.Advance(sizeof(uint));
        Length += SnapshotFormat.BlockHeadBytes + payload.Length + SnapshotFormat.BlockTailBytes;
        _blocks++;
        _block.ResetWrittenCount();
    }

    private void PutOctet(byte value)
    {
        _block.GetSpan(1)[0] = value;
        _block.Advance(1);
    }

    private void PutInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_block.GetSpan(sizeof(int)), value);
        _block.Advance(sizeof(int));
    }

    private void PutInt64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_block.GetSpan(sizeof(long)), value);
        _block.Advance(sizeof(long));
    }
}
