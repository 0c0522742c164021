using AkkaKv.Simulation;

namespace AkkaKv.Faults.Tests.Faults;

/// <summary>Damages files of a server that does not run.</summary>
internal static class FileDamage
{
    /// <summary>The log segments and snapshots that hold something.</summary>
    public static IReadOnlyList<string> Files(string directory) =>
        [.. Directory.GetFiles(directory, "*.wal").Concat(Directory.GetFiles(directory, "*.kv"))
            .Where(file => WrittenLength(file) > 0).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Flips a bit of a byte that was written. Zero bytes are left alone: files are filled up with them, and nobody reads those.
    /// </summary>
    /// <param name="part">Where: 0 is the beginning, 1 the end of what was written.</param>
    /// <returns>The offset.</returns>
    public static long FlipBit(string file, double part, int bit)
    {
        var bytes = File.ReadAllBytes(file);
        var offset = (long)((WrittenLength(file) - 1) * part);
        while (bytes[offset] == 0)
            offset--;
        using var stream = File.OpenWrite(file);
        stream.Position = offset;
        stream.WriteByte((byte)(bytes[offset] ^ (1 << bit)));
        return offset;
    }

    /// <summary>Cuts off the end of a file, some of what was written included.</summary>
    /// <returns>The new length.</returns>
    public static long Truncate(string file, Prng random)
    {
        var length = random.Next((int)WrittenLength(file));
        using var stream = File.OpenWrite(file);
        stream.SetLength(length);
        return length;
    }

    /// <summary>Bytes up to the last that is not zero.</summary>
    private static long WrittenLength(string file) => File.ReadAllBytes(file).AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
}
