namespace AkkaKv.Cli;

/// <summary>The lines typed before, kept in a file. A file that cannot be used costs the memory, never the console.</summary>
internal sealed class History
{
    private const int LinesMax = 1_000;

    private readonly string? _file;
    private readonly List<string> _lines = [];

    public History(string? file)
    {
        _file = file;
        try
        {
            if (file is not null && File.Exists(file))
                _lines.AddRange(File.ReadLines(file).TakeLast(LinesMax));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _file = null;
        }
    }

    /// <summary>From the oldest to the newest.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Remembers a line, unless it repeats the one before or holds a password.</summary>
    public void Add(string line)
    {
        var isSecret = line.StartsWith("auth ", StringComparison.OrdinalIgnoreCase)
            || line.StartsWith("hello ", StringComparison.OrdinalIgnoreCase);
        if (isSecret || (_lines.Count > 0 && _lines[^1] == line))
            return;

        _lines.Add(line);
        if (_lines.Count > LinesMax)
            _lines.RemoveAt(0);
        try
        {
            if (_file is not null)
                File.WriteAllLines(_file, _lines);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Remembered for this run at least.
        }
    }
}
