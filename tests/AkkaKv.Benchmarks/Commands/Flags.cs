using System.Globalization;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>The options behind a command: <c>--name value</c>, or <c>--name</c> alone.</summary>
internal sealed class Flags
{
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _asked = [];

    /// <exception cref="ArgumentException">An argument is no option.</exception>
    public Flags(ReadOnlySpan<string> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                throw new ArgumentException($"'{arguments[i]}' is no option.");
            var hasValue = i + 1 < arguments.Length && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[arguments[i]] = hasValue ? arguments[i + 1] : string.Empty;
            if (hasValue)
                i++;
        }
    }

    public bool Has(string name)
    {
        _asked.Add(name);
        return _values.ContainsKey(name);
    }

    public string? Text(string name) => Has(name) ? _values[name] : null;

    /// <exception cref="ArgumentException">The value is no number.</exception>
    public int Number(string name, int otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.Integer | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"{name} wants a number, not '{text}'.");
    }

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
}
