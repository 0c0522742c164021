using System.Buffers.Binary;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Storage;

/// <summary>Builds one batch in a buffer that is kept from batch to batch, so that a steady stream of records allocates nothing.</summary>
internal sealed class BatchBuilder
{
    /// <summary>A buffer that one huge value made larger than this is given back.</summary>
    private const int BufferBytesKept = 8 * 1024 * 1024;

    private byte[] _buffer = new byte[64 * 1024];
    private uint _segmentSeed;
    private long _offset;
    private int _length;
    private int _records;

    /// <summary>Starts a batch at <paramref name="offset"/> of a segment.</summary>
    public void Begin(uint segmentSeed, long offset)
    {
        if (_buffer.Length > BufferBytesKept) _buffer = new byte[64 * 1024];
        _segmentSeed = segmentSeed;
        _offset = offset;
        _length = LogFormat.BatchHeaderBytes;
        _records = 0;
    }

    /// <returns>Where the record begins in the segment.</returns>
    public long Add(in DurableRecord record)
    {
        var content = Reserve(LogRecord.ContentBytes(record));
        return Seal(LogRecord.WriteContent(record, content), content.Length);
    }

    public void AddHead(in LogHead head)
    {
        var content = Reserve(LogHead.Bytes);
        head.Write(content);
        Seal(LogRecordKind.Head, content.Length);
    }

    public void AddStart(long incarnation)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Reserve(sizeof(long)), incarnation);
        Seal(LogRecordKind.Start, sizeof(long));
    }

    public void AddCheckpoint(LogPosition position)
    {
        var content = Reserve(LogRecord.PositionBytes);
        LogRecord.WritePosition(position, content);
        Seal(LogRecordKind.Checkpoint, content.Length);
    }

    /// <summary>Completes the batch: header, and zeroes up to a whole block.</summary>
    /// <param name="checksum">Of the header: the chain of the next batch.</param>
    public ReadOnlySpan<byte> Finish(long sequence, LogPlace durable, uint chain, out uint checksum)
    {
        var payload = _buffer.AsSpan(LogFormat.BatchHeaderBytes, _length - LogFormat.BatchHeaderBytes);
        var payloadChecksum = Crc32C.Compute(payload);
        var header = new BatchHeader(sequence, durable, payload.Length, _records, payloadChecksum, chain);
        checksum = header.Write(LogFormat.Seed(_segmentSeed, _offset), _buffer);
        Grow(header.Bytes);
        _buffer.AsSpan(_length, header.Bytes - _length).Clear();
        return _buffer.AsSpan(0, header.Bytes);
    }

    private Span<byte> Reserve(int contentBytes)
    {
        Grow(_length + LogFormat.RecordHeaderBytes + contentBytes);
        return _buffer.AsSpan(_length + LogFormat.RecordHeaderBytes, contentBytes);
    }

    private long Seal(LogRecordKind kind, int contentBytes)
    {
        var recordOffset = _offset + _length;
        var record = _buffer.AsSpan(_length, LogFormat.RecordHeaderBytes + contentBytes);
        BinaryPrimitives.WriteInt32LittleEndian(record, contentBytes);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], (byte)kind);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], RecordCursor.Checksum(_segmentSeed, recordOffset, record));
        _length += record.Length;
        _records++;
        return recordOffset;
    }

    private void Grow(int bytes)
    {
        if (bytes <= _buffer.Length) return;
        Array.Resize(ref _buffer, Math.Max(bytes, checked(_buffer.Length * 2)));
    }
}
