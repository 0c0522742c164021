namespace AkkaKv.SimulatedStorage;

/// <summary>One file of a simulated disk: what processes see, what the disk holds, and which sectors still have to get there.</summary>
internal sealed class SimulatedFile
{
    private const int SectorBytes = 512;

    private readonly GrowingBytes _durable = new();
    private readonly SortedSet<long> _dirty = [];

    /// <summary>What processes see: the page cache.</summary>
    public GrowingBytes Content { get; } = new();

    public void Set(byte[] content)
    {
        Content.Set(content);
        _durable.Set(content);
        _dirty.Clear();
    }

    public bool Write(long offset, ReadOnlySpan<byte> source)
    {
        Content.Write(offset, source);
        for (var sector = offset / SectorBytes; sector * SectorBytes < offset + source.Length; sector++) _dirty.Add(sector);
        return true;
    }

    public bool Sync()
    {
        foreach (var sector in _dirty) MakeDurable(sector);
        _dirty.Clear();
        return true;
    }

    /// <summary>As on Linux: the pages are clean from now on, and still not on disk. Only writing them again helps.</summary>
    public void FailSync() => _dirty.Clear();

    public void LosePower(Func<bool> keeps)
    {
        foreach (var sector in _dirty)
            if (keeps()) MakeDurable(sector);
        _dirty.Clear();
        Content.Set(_durable.ToArray());
    }

    private void MakeDurable(long sector) => _durable.Write(sector * SectorBytes, Content.Slice(sector * SectorBytes, SectorBytes));
}

/// <summary>Bytes with holes of zero, as files have.</summary>
internal sealed class GrowingBytes
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public byte[] ToArray() => _bytes.AsSpan(0, Length).ToArray();

    public void Set(byte[] content)
    {
        _bytes = [.. content];
        Length = content.Length;
    }

    /// <summary>The bytes at an offset: fewer at the end.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int count)
    {
        if (offset >= Length) return [];
        return _bytes.AsSpan((int)offset, (int)Math.Min(count, Length - offset));
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        var end = checked((int)(offset + source.Length));
        if (end > _bytes.Length) Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        source.CopyTo(_bytes.AsSpan((int)offset));
        Length = Math.Max(Length, end);
    }
}
