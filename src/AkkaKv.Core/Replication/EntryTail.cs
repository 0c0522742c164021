using System.Buffers;

namespace AkkaKv.Core.Replication;

/// <summary>
/// Committed entries that are kept for others, as bytes in blocks that are used again and again. As objects each would live for
/// seconds: long enough that the garbage collector copies all of them, more than once, while the server stands still.
/// </summary>
internal sealed class EntryTail
{
    private const int BlockBytes = 32 * 1024;

    /// <summary>Blocks that wait for their next use: those of an entry of a megabyte.</summary>
    private const int SparesMax = 32;

    /// <summary>Payloads above are kept as they are: the garbage collector does not move arrays of this size either.</summary>
    private const int CopiedBytesMax = 80_000;

    private readonly NumberedRing<Place> _places = new();
    private readonly NumberedRing<byte[]> _blocks = new();
    private readonly Stack<byte[]> _spares = new();

    /// <summary>Where the next entry begins, counted from the beginning of block 0.</summary>
    private long _end;

    /// <summary>The entry with this index, as a new object.</summary>
    public Entry this[LogIndex index]
    {
        get
        {
            var place = _places[index.Value];
            if (place.Large is { } entry) return entry;
            var bytes = new byte[place.Length];
            Copy(place.Offset, bytes);
            Invariant.Holds(EntryCodec.TryRead(bytes.AsMemory(), Limits.EntryBytesMax, out entry, out _) == OperationStatus.Done);
            return entry!;
        }
    }

    public LogPosition PositionOf(LogIndex index)
    {
        var place = _places[index.Value];
        if (place.Large is { } entry) return entry.Position;
        Span<byte> header = stackalloc byte[EntryCodec.HeaderBytes];
        Copy(place.Offset, header);
        return EntryCodec.ReadPosition(header);
    }

    public int LengthOf(LogIndex index) => _places[index.Value].Length;

    public void Add(Entry entry)
    {
        Invariant.Holds(entry.Index == new LogIndex(_places.Next));
        var isLarge = entry.Payload.Length > CopiedBytesMax;
        _places.Add(new Place(_end, entry.EncodedLength, isLarge ? entry : null));
        if (isLarge) return;
        Span<byte> header = stackalloc byte[EntryCodec.HeaderBytes];
        EntryCodec.WriteHeader(entry, header);
        Append(header);
        Append(entry.Payload.Span);
    }

    /// <summary>Lets go of the oldest entry.</summary>
    public void DropFirst()
    {
        _places.TakeFirst();
        var begin = _places.Count == 0 ? _end : _places[_places.First].Offset;
        while (_blocks.Count > 0 && (_blocks.First + 1) * BlockBytes <= begin)
        {
            var block = _blocks.TakeFirst();
            if (_spares.Count < SparesMax) _spares.Push(block);
        }
    }

    /// <summary>Lets go of everything; the next entry has this index.</summary>
    public void Restart(LogIndex next)
    {
        while (_places.Count > 0) DropFirst();
        _places.Restart(next.Value);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_end == _blocks.Next * BlockBytes) _blocks.Add(_spares.TryPop(out var spare) ? spare : new byte[BlockBytes]);
            var room = BlockOf(_end);
            var length = Math.Min(room.Length, bytes.Length);
            bytes[..length].CopyTo(room);
            bytes = bytes[length..];
            _end += length;
        }
    }

    private void Copy(long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var source = BlockOf(offset);
            var length = Math.Min(source.Length, target.Length);
            source[..length].CopyTo(target);
            target = target[length..];
            offset += length;
        }
    }

    /// <summary>The rest of a block, from an offset on.</summary>
    private Span<byte> BlockOf(long offset) => _blocks[offset / BlockBytes].AsSpan((int)(offset % BlockBytes));

    /// <summary>Where an entry is: its bytes in the blocks, or itself.</summary>
    private readonly record struct Place(long Offset, int Length, Entry? Large);
}
