using System.Buffers;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// Writes one snapshot beside the running server, under a temporary name until it is complete and durable. Used by one
/// thread at a time, any thread. Disposing it before <see cref="Complete"/> removes what was written.
/// </summary>
public sealed class SnapshotFileWriter : IBufferWriter<byte>, IDisposable
{
    private readonly SnapshotStore _store;
    private readonly IFile _file;
    private readonly Pace _pace;
    private readonly byte[] _frame = new byte[SnapshotFormat.FrameHeaderBytes + SnapshotFormat.FrameBytes];
    private readonly uint _seed;
    private byte[] _loose = [];
    private int _fill;
    private long _frames;
    private long _unsynced;
    private bool _isClosed;

    internal SnapshotFileWriter(SnapshotStore store, IFile file, ClusterId cluster, LogPosition position, Pace pace)
    {
        _store = store;
        _file = file;
        _pace = pace;
        Position = position;
        Span<byte> header = stackalloc byte[SnapshotFormat.HeaderBytes];
        _seed = SnapshotFormat.WriteHeader(cluster, position, header);
        try
        {
            file.Write(0, header);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The last position that the snapshot covers.</summary>
    public LogPosition Position { get; }

    /// <summary>Bytes of content so far.</summary>
    public long Length => (_frames * SnapshotFormat.FrameBytes) + _fill;

    internal string TemporaryName => _file.Name;

    /// <summary>Adds content.</summary>
    /// <exception cref="StorageFailureException">The disk is full, or failed: dispose this writer and try again later, or stop.</exception>
    public void Append(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            if (_fill == SnapshotFormat.FrameBytes) WriteFrame(isLast: false);
            var count = Math.Min(content.Length, SnapshotFormat.FrameBytes - _fill);
            content[..count].CopyTo(_frame.AsSpan(SnapshotFormat.FrameHeaderBytes + _fill));
            _fill += count;
            content = content[count..];
        }
    }

    /// <summary>Makes the snapshot durable under its name. It counts once the log says so: checkpoint or restart.</summary>
    public void Complete()
    {
        Invariant.Holds(!_isClosed);
        WriteFrame(isLast: true);
        _file.Sync();
        _file.Dispose();
        _store.Publish(this, _pace);
        _isClosed = true;
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        _file.Dispose();
        _store.Abandon(this);
    }

    /// <inheritdoc/>
    public void Advance(int count) => Append(_loose.AsSpan(0, count));

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_loose.Length < Math.Max(sizeHint, 4096)) _loose = new byte[Math.Max(sizeHint, 4096)];
        return _loose;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void WriteFrame(bool isLast)
    {
        var frame = _frame.AsSpan(0, SnapshotFormat.FrameHeaderBytes + _fill);
        SnapshotFormat.SealFrame(_seed, _frames, isLast, frame);
        _file.Write(SnapshotFormat.FrameOffset(_frames), frame);
        _frames++;
        _fill = 0;
        _unsynced += frame.Length;
        if (_unsynced < Pace.PieceBytes) return;

        // Piece by piece, so that the log's own fdatasync never waits behind the whole file.
        _file.Sync();
        _unsynced = 0;
        _pace.Rest();
    }
}
