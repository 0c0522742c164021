using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AkkaKv.Core.State;

/// <summary>
/// An item that stays until a command removes it, with key and value inside: one object without references, where a key in an array, a
/// value in an array and an item that refers to them would be three. A third of the memory of a small value is saved, a lookup touches
/// one place in memory, and the garbage collector, which has to move every new item while the server stands still, has half the objects
/// to find and nothing to follow.
/// <para>
/// An object of .NET has a fixed length, so there is a class for each of a few lengths. They leave no gap at the end of an object: what is
/// in front of the bytes ends four bytes after a multiple of eight.
/// </para>
/// <para>
/// A value that needs an object of the same length is written into this one. A new object for each write lived until the next write of
/// its key, so every one survived its first collections: under writes these were most of what stopped a server, 10 to 20 ms at a time.
/// </para>
/// </summary>
internal abstract class SmallItem : Item
{
    /// <summary>Key and value together, at most.</summary>
    public const int BytesMax = 524;

    /// <summary>Up to here the lengths are <see cref="FineStep"/> apart, beyond <see cref="CoarseStep"/>.</summary>
    private const int FineMax = 268;

    private const int FineStep = 16;
    private const int CoarseStep = 64;

    private protected SmallItem(ulong hash, LogIndex version)
        : base(hash, version)
    {
    }

    /// <summary>An item with these bytes, copied; null when they are too many.</summary>
    public static SmallItem? TryCreate(ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, LogIndex version) =>
        Capacity(key.Length + value.Length) switch
        {
            12 => new SmallItem<Bytes12>(key, hash, value, version),
            28 => new SmallItem<Bytes28>(key, hash, value, version),
            44 => new SmallItem<Bytes44>(key, hash, value, version),
            60 => new SmallItem<Bytes60>(key, hash, value, version),
            76 => new SmallItem<Bytes76>(key, hash, value, version),
            92 => new SmallItem<Bytes92>(key, hash, value, version),
            108 => new SmallItem<Bytes108>(key, hash, value, version),
            124 => new SmallItem<Bytes124>(key, hash, value, version),
            140 => new SmallItem<Bytes140>(key, hash, value, version),
            156 => new SmallItem<Bytes156>(key, hash, value, version),
            172 => new SmallItem<Bytes172>(key, hash, value, version),
            188 => new SmallItem<Bytes188>(key, hash, value, version),
            204 => new SmallItem<Bytes204>(key, hash, value, version),
            220 => new SmallItem<Bytes220>(key, hash, value, version),
            236 => new SmallItem<Bytes236>(key, hash, value, version),
            252 => new SmallItem<Bytes252>(key, hash, value, version),
            268 => new SmallItem<Bytes268>(key, hash, value, version),
            332 => new SmallItem<Bytes332>(key, hash, value, version),
            396 => new SmallItem<Bytes396>(key, hash, value, version),
            460 => new SmallItem<Bytes460>(key, hash, value, version),
            524 => new SmallItem<Bytes524>(key, hash, value, version),
            _ => null,
        };

    internal sealed override bool IsImmutable => false;

    /// <summary>How many bytes the object for so many has room for; 0 when there is none.</summary>
    private protected static int Capacity(int bytes) => bytes switch
    {
        <= FineMax => FineMax - ((FineMax - bytes) / FineStep * FineStep),
        <= BytesMax => BytesMax - ((BytesMax - bytes) / CoarseStep * CoarseStep),
        _ => 0,
    };

    [InlineArray(12)]
    private struct Bytes12
    {
        private byte _first;
    }

    [InlineArray(28)]
    private struct Bytes28
    {
        private byte _first;
    }

    [InlineArray(44)]
    private struct Bytes44
    {
        private byte _first;
    }

    [InlineArray(60)]
    private struct Bytes60
    {
        private byte _first;
    }

    [InlineArray(76)]
    private struct Bytes76
    {
        private byte _first;
    }

    [InlineArray(92)]
    private struct Bytes92
    {
        private byte _first;
    }

    [InlineArray(108)]
    private struct Bytes108
    {
        private byte _first;
    }

    [InlineArray(124)]
    private struct Bytes124
    {
        private byte _first;
    }

    [InlineArray(140)]
    private struct Bytes140
    {
        private byte _first;
    }

    [InlineArray(156)]
    private struct Bytes156
    {
        private byte _first;
    }

    [InlineArray(172)]
    private struct Bytes172
    {
        private byte _first;
    }

    [InlineArray(188)]
    private struct Bytes188
    {
        private byte _first;
    }

    [InlineArray(204)]
    private struct Bytes204
    {
        private byte _first;
    }

    [InlineArray(220)]
    private struct Bytes220
    {
        private byte _first;
    }

    [InlineArray(236)]
    private struct Bytes236
    {
        private byte _first;
    }

    [InlineArray(252)]
    private struct Bytes252
    {
        private byte _first;
    }

    [InlineArray(268)]
    private struct Bytes268
    {
        private byte _first;
    }

    [InlineArray(332)]
    private struct Bytes332
    {
        private byte _first;
    }

    [InlineArray(396)]
    private struct Bytes396
    {
        private byte _first;
    }

    [InlineArray(460)]
    private struct Bytes460
    {
        private byte _first;
    }

    [InlineArray(524)]
    private struct Bytes524
    {
        private byte _first;
    }
}

/// <summary>A <see cref="SmallItem"/> of one length.</summary>
/// <typeparam name="TBytes">So many bytes.</typeparam>
internal sealed class SmallItem<TBytes> : SmallItem
    where TBytes : struct
{
    private readonly ushort _keyLength;
    private ushort _valueLength;
    private TBytes _bytes;

    public SmallItem(ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, LogIndex version)
        : base(hash, version)
    {
        _keyLength = (ushort)key.Length;
        _valueLength = (ushort)value.Length;
        var bytes = MemoryMarshal.AsBytes(new Span<TBytes>(ref _bytes));
        key.CopyTo(bytes);
        value.CopyTo(bytes[key.Length..]);
    }

    public override ReadOnlySpan<byte> Key => MemoryMarshal.AsBytes(new ReadOnlySpan<TBytes>(in _bytes))[.._keyLength];

    public override ReadOnlySpan<byte> Value => MemoryMarshal.AsBytes(new ReadOnlySpan<TBytes>(in _bytes)).Slice(_keyLength, _valueLength);

    internal override bool TryOverwrite(ReadOnlySpan<byte> value, LogIndex version)
    {
        var bytes = MemoryMarshal.AsBytes(new Span<TBytes>(ref _bytes));
        if (Capacity(_keyLength + value.Length) != bytes.Length) return false;
        value.CopyTo(bytes[_keyLength..]);
        _valueLength = (ushort)value.Length;
        Version = version;
        return true;
    }
}
