using System.Globalization;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>The options behind a command: <c>--name</c>, and the values that follow it.</summary>
internal sealed class Flags
{
    private readonly Dictionary<string, List<string>> _values = [];
    private readonly HashSet<string> _asked = [];

    /// <exception cref="ArgumentException">An argument is no option, or an option is given twice.</exception>
    public Flags(ReadOnlySpan<string> arguments)
    {
        List<string>? values = null;
        foreach (var argument in arguments)
        {
            if (!argument.StartsWith("--", StringComparison.Ordinal))
                (values ?? throw new ArgumentException($"'{argument}' is no option.")).Add(argument);
            else if (!_values.TryAdd(argument, values = []))
                throw new ArgumentException($"{argument} is given twice.");
        }
    }

    public bool Has(string name)
    {
        _asked.Add(name);
        return _values.ContainsKey(name);
    }

    /// <summary>All values of an option; none when it is not there.</summary>
    public IReadOnlyList<string> Texts(string name) => Has(name) ? _values[name] : [];

    /// <exception cref="ArgumentException">The option does not have exactly one value.</exception>
    public string? Text(string name) => !Has(name) ? null
        : _values[name] is [var value] ? value
        : throw new ArgumentException($"{name} wants one value.");

    /// <summary>The parts of a value that is separated by commas; null when the option is not there.</summary>
    public string[]? List(string name) => Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <exception cref="ArgumentException">The value is no number.</exception>
    public int Number(string name, int otherwise) => Text(name) is { } text ? Parse(name, text) : otherwise;

    /// <summary>Numbers that are separated by commas; null when the option is not there.</summary>
    /// <exception cref="ArgumentException">One of them is no number.</exception>
    public int[]? Numbers(string name) => List(name)?.Select(text => Parse(name, text)).ToArray();

    public TimeSpan Seconds(string name, int otherwise) => TimeSpan.FromSeconds(Number(name, otherwise));

    /// <summary>To be called when everything was asked for.</summary>
    /// <exception cref="ArgumentException">An option was given that nobody asked for.</exception>
    public void RefuseOthers()
    {
        foreach (var name in _values.Keys)
        {
            if (!_asked.Contains(name))
                throw new ArgumentException($"There is no option {name} here.");
        }
    }

    /// <summary>Documents get tables of all results: those of a part alone would push out the others, unless these are kept.</summary>
    /// <exception cref="ArgumentException">Documents shall be updated by a part, and nothing is kept.</exception>
    public void RefuseUpdateOf(bool isPart)
    {
        if (isPart && Has("--update") && !Has("--out"))
            throw new ArgumentException("--update wants --out where only a part is measured, or the rest would be lost.");
    }

    private static int Parse(string name, string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"{name} wants a number, not '{text}'.");
}
