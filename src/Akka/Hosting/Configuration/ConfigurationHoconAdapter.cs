#nullable enable

using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace Akka.Hosting.Configuration;

/// <summary>Makes HOCON of the settings of a host.</summary>
public static class ConfigurationHoconAdapter
{
    /// <summary>The settings as HOCON. Children that are numbered from 0 are a list; a section keeps its path.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="normalizeKeys">Whether keys become lower-case with dashes for underscores, which the names of variables need.</param>
    public static Config ToHocon(this IConfiguration config, bool normalizeKeys = true)
    {
        if (config is not IConfigurationSection section)
            return new Config(Fields(config.GetChildren(), normalizeKeys));

        var value = Value(section, normalizeKeys);
        foreach (var key in section.Path.Split(':').Reverse())
            value = new HoconValue(new HoconObject(new Dictionary<string, HoconValue> { [Key(key, normalizeKeys)] = value }));
        return value.ToConfig();
    }

    private static HoconValue Value(IConfigurationSection section, bool normalizeKeys)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
            return new HoconValue(section.Value is "True" or "False" ? section.Value.ToLowerInvariant() : section.Value);
        if (!children.TrueForAll(child => int.TryParse(child.Key, out _)))
            return new HoconValue(Fields(children, normalizeKeys));
        return new HoconValue(children
            .OrderBy(child => int.Parse(child.Key, System.Globalization.CultureInfo.InvariantCulture))
            .Select(child => Value(child, normalizeKeys))
            .ToList());
    }

    private static HoconObject Fields(IEnumerable<IConfigurationSection> children, bool normalizeKeys)
    {
        // A key may be a dotted path here, too: "akka.loglevel" in a JSON file is loglevel in akka.
        var fields = new HoconObject();
        foreach (var child in children)
        {
            var value = Value(child, normalizeKeys);
            var quoted = child.Key.StartsWith('"') && child.Key.EndsWith('"') && child.Key.Length > 1;
            var path = quoted ? [child.Key[1..^1]] : child.Key.Split('.').Select(key => Key(key, normalizeKeys)).ToArray();
            foreach (var key in path.Skip(1).Reverse())
                value = new HoconValue(new HoconObject(new Dictionary<string, HoconValue> { [key] = value }));
            fields = HoconObject.Merge(new HoconObject(new Dictionary<string, HoconValue> { [path[0]] = value }), fields);
        }

        return fields;
    }

    private static string Key(string key, bool normalizeKeys) =>
        normalizeKeys ? key.ToLowerInvariant().Replace('_', '-') : key;
}
