using System.Text.Json;

namespace AkkaKv.Benchmarks.Reports;

/// <summary>A measured figure, or a few that belong together.</summary>
internal interface IResult
{
    /// <summary>What was measured. A later result with the same key takes the place of an earlier one.</summary>
    string Key { get; }
}

/// <summary>
/// Results in a file, one JSON object a line, so that a long series can be measured piece by piece and printed as a whole.
/// </summary>
/// <typeparam name="T">The kind of result.</typeparam>
internal sealed class ResultFile<T>
    where T : IResult
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly List<T> _results = [];
    private readonly string? _path;

    /// <param name="directory">Where the file is or will be; null to keep results in memory only.</param>
    /// <param name="name">The name of the file.</param>
    public ResultFile(string? directory, string name)
    {
        if (directory is null)
            return;

        _path = Path.Combine(Directory.CreateDirectory(directory).FullName, name);
        if (File.Exists(_path))
            _results.AddRange(File.ReadLines(_path).Select(line => JsonSerializer.Deserialize<T>(line, Json)!));
    }

    public IReadOnlyList<T> All => _results;

    /// <summary>Adds a result or replaces the one with the same key, and prints it on standard error.</summary>
    public void Put(T result)
    {
        var place = _results.FindIndex(each => each.Key == result.Key);
        if (place < 0)
            _results.Add(result);
        else
            _results[place] = result;

        Console.Error.WriteLine(JsonSerializer.Serialize(result, Json));
        if (_path is not null)
            File.WriteAllLines(_path, _results.Select(each => JsonSerializer.Serialize(each, Json)));
    }
}
