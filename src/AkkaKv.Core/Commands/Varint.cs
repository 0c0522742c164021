namespace AkkaKv.Core.Commands;

/// <summary>
/// Numbers in as few bytes as they need: seven bits a byte, lowest first, the high bit says that more follow. Signed numbers
/// are folded so that small negative ones stay short. Readers accept only the shortest form, so equal numbers have equal bytes.
/// </summary>
internal static class Varint
{
    public const int BytesMax = 10;

    public static ulong Fold(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long Unfold(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>Writes to the front of <paramref name="target"/>, which has room for <see cref="BytesMax"/>; returns the length.</summary>
    public static int Write(Span<byte> target, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[length++] = (byte)value;
        return length;
    }

    /// <summary>Takes a number from the front of <paramref name="source"/>; false, and nothing taken, when none stands there.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (var i = 0; i < source.Length && i < BytesMax; i++)
        {
            var octet = source[i];
            value |= (ulong)(octet & 0x7F) << (7 * i);
            if (octet >= 0x80) continue;
            if (octet == 0 && i > 0) return false; // Not the shortest form.
            if (i == BytesMax - 1 && octet > 1) return false; // More than 64 bits.
            source = source[(i + 1)..];
            return true;
        }

        return false;
    }

    /// <summary>Takes a length and that many bytes.</summary>
    public static bool TryReadBytes(scoped ref ReadOnlySpan<byte> source, out ReadOnlySpan<byte> bytes)
    {
        var rest = source;
        if (!TryRead(ref rest, out var length) || length > (ulong)rest.Length)
        {
            bytes = default;
            return false;
        }

        bytes = rest[..(int)length];
        source = rest[(int)length..];
        return true;
    }
}
