namespace Akka.Configuration.Hocon;

/// <summary>The fields of a HOCON object, in the order in which the text first names them.</summary>
public sealed class HoconObject
{
    /// <summary>An object without fields.</summary>
    public HoconObject() => Items = [];

    internal HoconObject(Dictionary<string, HoconValue> items) => Items = items;

    /// <summary>The fields by name. A dot in a name is part of the name here: it was quoted in the text.</summary>
    public Dictionary<string, HoconValue> Items { get; }

    /// <summary>The field with this name, or null.</summary>
    public HoconValue GetKey(string key) => Items.GetValueOrDefault(key);

    /// <summary>
    /// The fields of both objects, <paramref name="winner"/>'s first. Where both have an object they are merged the same way, all the way
    /// down; otherwise the winner's value hides the other. Neither argument changes, and what only one of them has is shared.
    /// </summary>
    internal static HoconObject Merge(HoconObject winner, HoconObject fallback)
    {
        if (winner.Items.Count == 0)
            return fallback;
        if (fallback.Items.Count == 0)
            return winner;

        var merged = new Dictionary<string, HoconValue>(winner.Items);
        foreach (var (key, below) in fallback.Items)
        {
            if (!merged.TryGetValue(key, out var above))
                merged.Add(key, below);
            else if (above.Content is HoconObject one && below.Content is HoconObject other)
                merged[key] = new HoconValue(Merge(one, other));
        }

        return new HoconObject(merged);
    }
}
