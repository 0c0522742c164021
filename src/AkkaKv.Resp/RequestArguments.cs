namespace AkkaKv.Resp;

/// <summary>Where one argument lies in the bytes that hold it.</summary>
internal readonly record struct ArgumentRange(int Start, int Length);

/// <summary>The arguments of one request, the command's name first. A view: valid as long as the bytes it was read from.</summary>
public readonly ref struct RequestArguments
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly ReadOnlySpan<ArgumentRange> _ranges;

    internal RequestArguments(ReadOnlySpan<byte> data, ReadOnlySpan<ArgumentRange> ranges)
    {
        _data = data;
        _ranges = ranges;
    }

    /// <summary>The number of arguments, the name included. Zero for an empty line, which is no command at all.</summary>
    public int Count => _ranges.Length;

    /// <summary>The bytes of argument <paramref name="index"/>; 0 is the name.</summary>
    public ReadOnlySpan<byte> this[int index] => _data.Slice(_ranges[index].Start, _ranges[index].Length);
}
