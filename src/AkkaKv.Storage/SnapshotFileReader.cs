using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// Reads a snapshot, each byte verified. It stays readable when the file is deleted meanwhile. One thread at a time.
/// </summary>
public sealed class SnapshotFileReader : IDisposable
{
    private readonly IFile _file;
    private readonly string _path;
    private readonly byte[] _frame = new byte[SnapshotFormat.FrameHeaderBytes + SnapshotFormat.FrameBytes];
    private readonly uint _seed;
    private readonly long _frames;
    private long _loaded = -1;

    /// <exception cref="DamagedDataException">The header or the length is wrong.</exception>
    internal SnapshotFileReader(IFile file, string path)
    {
        _file = file;
        _path = path;
        Span<byte> header = stackalloc byte[SnapshotFormat.HeaderBytes];
        if (ReadFile(0, header) < header.Length || !SnapshotFormat.TryReadHeader(header, out var cluster, out var position, out _seed))
            throw new DamagedDataException(path, 0, "the header of the snapshot does not verify");

        var body = file.Length - SnapshotFormat.HeaderBytes;
        _frames = (body + _frame.Length - 1) / _frame.Length;
        Length = body - (_frames * SnapshotFormat.FrameHeaderBytes);
        if (_frames == 0 || body - ((_frames - 1) * _frame.Length) < SnapshotFormat.FrameHeaderBytes)
            throw new DamagedDataException(path, file.Length, "the snapshot was cut");
        ClusterId = cluster;
        Position = position;
    }

    /// <summary>The last position that the snapshot covers.</summary>
    public LogPosition Position { get; }

    public ClusterId ClusterId { get; }

    /// <summary>Bytes of content.</summary>
    public long Length { get; }

    /// <summary>Reads content from <paramref name="offset"/>.</summary>
    /// <returns>Bytes read: fewer than asked for only at the end.</returns>
    /// <exception cref="DamagedDataException">The part does not verify (rule R13: the process stops).</exception>
    public int Read(long offset, Span<byte> destination)
    {
        var total = 0;
        while (total < destination.Length && offset < Length)
        {
            var number = offset / SnapshotFormat.FrameBytes;
            var content = Load(number)[(int)(offset % SnapshotFormat.FrameBytes)..];
            var count = Math.Min(content.Length, destination.Length - total);
            content[..count].CopyTo(destination[total..]);
            total += count;
            offset += count;
        }

        return total;
    }

    /// <summary>Reads the whole file once.</summary>
    /// <exception cref="DamagedDataException">Something does not verify.</exception>
    public void Verify() => Verify(new Pace(rest: null));

    internal void Verify(Pace pace)
    {
        const int framesPerPiece = Pace.PieceBytes / SnapshotFormat.FrameBytes;
        for (var number = 0L; number < _frames; number++)
        {
            Load(number);
            if ((number + 1) % framesPerPiece == 0) pace.Rest();
        }
    }

    /// <summary>The content from its beginning, for codecs that read streams. The reader must stay open meanwhile.</summary>
    public Stream OpenContent() => new SnapshotContentStream(this);

    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<byte> Load(long number)
    {
        var offset = SnapshotFormat.FrameOffset(number);
        var frame = _frame.AsSpan(0, (int)Math.Min(_frame.Length, _file.Length - offset));
        if (_loaded != number)
        {
            _loaded = -1;
            if (ReadFile(offset, frame) < frame.Length || !SnapshotFormat.IsFrame(_seed, number, number == _frames - 1, frame))
                throw new DamagedDataException(_path, offset, "this part of the snapshot does not verify");
            _loaded = number;
        }

        return frame[SnapshotFormat.FrameHeaderBytes..];
    }

    private int ReadFile(long offset, Span<byte> destination)
    {
        try
        {
            return _file.Read(offset, destination);
        }
        catch (StorageFailureException problem) when (problem.IsUnreadable)
        {
            throw new DamagedDataException(_path, offset, "the disk cannot read it back");
        }
    }
}
