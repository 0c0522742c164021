using System.Globalization;
using AkkaKv.Simulation.Checks;

namespace AkkaKv.Simulation.World;

/// <summary>
/// The few keys that clients fight over. A key with too many writes of unknown outcome is retired, because each of them doubles the
/// work of the linearizability checker.
/// </summary>
internal sealed class KeySpace
{
    private const int UnknownMax = 5;

    private readonly ReferenceState _reference;
    private readonly string[] _keys;
    private readonly int[] _generations;
    private readonly SortedDictionary<string, int> _unknown = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string?> _seen = new(StringComparer.Ordinal);
    private long _value;

    public KeySpace(int count, ReferenceState reference)
    {
        _reference = reference;
        _keys = new string[count + 1];
        _generations = new int[count + 1];
        for (var i = 0; i <= count; i++) Renew(i);
    }

    /// <summary>Keys of this kind vanish by themselves, which the register of the linearizability checker does not know.</summary>
    public static bool Expires(string key) => key[0] == 'x';

    public string Pick(Prng random) => _keys[random.Next(_keys.Length)];

    /// <summary>A value that nobody wrote before, and a number far from all others.</summary>
    public string NextValue() => (_value += 1_000).ToString(CultureInfo.InvariantCulture);

    /// <summary>A value that some client saw there last.</summary>
    public string? LastSeen(string key) => _seen.GetValueOrDefault(key);

    public void Saw(string key, string? value) => _seen[key] = value;

    public void CountUnknown(string key)
    {
        _unknown[key] = _unknown.GetValueOrDefault(key) + 1;
        if (_unknown[key] < UnknownMax || Expires(key)) return;
        var place = Array.IndexOf(_keys, key);
        if (place >= 0) Renew(place);
    }

    private void Renew(int place)
    {
        var kind = place == _keys.Length - 1 ? 'x' : 'k';
        _keys[place] = string.Create(CultureInfo.InvariantCulture, $"{kind}{place}.{_generations[place]++}");
        _reference.Watch(_keys[place]);
    }
}
