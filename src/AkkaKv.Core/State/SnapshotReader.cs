using System.Buffers.Binary;

namespace AkkaKv.Core.State;

/// <summary>
/// Builds a state from a snapshot that arrives in pieces of any size. Bytes that are damaged, cut off or follow the end are
/// refused by <see cref="SnapshotDamagedException"/> and by nothing else; a state comes out only of a whole snapshot.
/// After an exception the reader is of no more use.
/// </summary>
public sealed class SnapshotReader
{
    /// <summary>What came and is not a whole block yet: the bytes from <see cref="_offset"/> on.</summary>
    private byte[] _waiting = new byte[2 * SnapshotFormat.BlockBytesTarget];
    private int _waitingLength;
    private long _offset;

    private readonly SnapshotAssembler _assembler = new();

    /// <summary>Bytes understood so far.</summary>
    public long Length => _offset;

    /// <summary>True when the last block was read. Nothing may follow.</summary>
    public bool IsComplete => _assembler.IsComplete;

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="SnapshotDamagedException">They are not those of a good snapshot.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_waiting.Length - _waitingLength < bytes.Length)
        {
            var doubled = (int)Math.Min(2L * _waiting.Length, Array.MaxLength);
            Array.Resize(ref _waiting, Math.Max(checked(_waitingLength + bytes.Length), doubled));
        }

        bytes.CopyTo(_waiting.AsSpan(_waitingLength));
        _waitingLength += bytes.Length;
        var rest = (ReadOnlySpan<byte>)_waiting.AsSpan(0, _waitingLength);
        while (TryTake(ref rest))
        {
        }

        rest.CopyTo(_waiting);
        _waitingLength = rest.Length;
    }

    /// <summary>The state, when all bytes were given.</summary>
    /// <exception cref="SnapshotDamagedException">The snapshot ends too early.</exception>
    public KeyValueState Complete()
    {
        if (!IsComplete) throw new SnapshotDamagedException(_offset + _waitingLength, "it ends too early");
        return _assembler.State;
    }

    /// <summary>Takes the preamble or one block, if it is all there.</summary>
    private bool TryTake(ref ReadOnlySpan<byte> rest)
    {
        if (_offset == 0) return TryTakePreamble(ref rest);
        if (rest.IsEmpty) return false;
        if (IsComplete) throw new SnapshotDamagedException(_offset, "bytes follow its end");
        if (rest.Length < SnapshotFormat.BlockHeadBytes) return false;

        var head = rest[..SnapshotFormat.BlockHeadBytes];
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[5..]) != SnapshotFormat.Checksum(_offset, head[..5]))
            throw new SnapshotDamagedException(_offset, "the head of a block does not match its checksum");

        var length = BinaryPrimitives.ReadInt32LittleEndian(head[1..]);
        if (length < 0) throw new SnapshotDamagedException(_offset, "a block has a negative length");
        var whole = (long)SnapshotFormat.BlockHeadBytes + length + SnapshotFormat.BlockTailBytes;
        if (rest.Length < whole) return false;

        var payload = rest.Slice(SnapshotFormat.BlockHeadBytes, length);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(rest[(SnapshotFormat.BlockHeadBytes + length)..]);
        if (checksum != SnapshotFormat.Checksum(_offset, payload))
            throw new SnapshotDamagedException(_offset, "a block does not match its checksum");

        _assembler.Take((SnapshotBlock)head[0], payload, _offset);
        _offset += whole;
        rest = rest[(int)whole..];
        return true;
    }

    private bool TryTakePreamble(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < SnapshotFormat.PreambleBytes) return false;
        if (!rest.StartsWith(SnapshotFormat.Magic)) throw new SnapshotDamagedException(0, "this is not the beginning of a snapshot");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(rest[SnapshotFormat.Magic.Length..]);
        if (version != SnapshotFormat.Version)
            throw new SnapshotDamagedException(SnapshotFormat.Magic.Length, $"format version {version} is not supported");

        _offset = SnapshotFormat.PreambleBytes;
        rest = rest[SnapshotFormat.PreambleBytes..];
        return true;
    }
}
