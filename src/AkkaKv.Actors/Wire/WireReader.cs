using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using AkkaKv.Core;

namespace AkkaKv.Actors;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote. The bytes come from another machine: every length is checked before it is
/// believed, and nothing but <see cref="SerializationException"/> is thrown. Blocks and entries stay where they are.
/// </summary>
internal ref struct WireReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public byte Byte() => Take(1).Span[0];

    public bool Bool() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new SerializationException($"{other} is no truth value."),
    };

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)).Span);

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)).Span);

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)).Span);

    public Guid Guid() => new(Take(16).Span, bigEndian: true);

    public Epoch Epoch() => new(UInt64(), Byte(), UInt64());

    public LogIndex Index()
    {
        var value = Int64();
        return value >= 0 ? new LogIndex(value) : throw new SerializationException($"{value} is no log index.");
    }

    public LogPosition Position() => new(Epoch(), Index());

    public ReplicaId Replica()
    {
        var slot = Byte();
        return slot < Limits.ReplicasMax ? new ReplicaId(slot) : throw new SerializationException($"There is no slot {slot}.");
    }

    public ReadOnlyMemory<byte> Block()
    {
        var length = Int32();
        return length >= 0 ? Take(length) : throw new SerializationException($"{length} is no length.");
    }

    public ImmutableArray<Entry> Entries()
    {
        var count = Count(EntryCodec.HeaderBytes);
        var entries = ImmutableArray.CreateBuilder<Entry>(count);
        for (var i = 0; i < count; i++)
        {
            if (EntryCodec.TryRead(_rest, Limits.EntryBytesMax, out var entry, out var consumed) != OperationStatus.Done)
                throw new SerializationException("An entry is cut or damaged.");
            entries.Add(entry!);
            _rest = _rest[consumed..];
        }

        return entries.MoveToImmutable();
    }

    /// <summary>How many items follow; never more than the bytes can hold.</summary>
    public int Count(int itemBytesMin)
    {
        var count = Int32();
        return count >= 0 && (long)count * itemBytesMin <= _rest.Length
            ? count
            : throw new SerializationException($"{count} items do not fit into {_rest.Length} bytes.");
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty)
            throw new SerializationException($"{_rest.Length} bytes too many.");
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (_rest.Length < count)
            throw new SerializationException($"{count} bytes were to follow, {_rest.Length} did.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
