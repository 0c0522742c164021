#nullable enable

namespace Akka.Configuration.Hocon;

/// <summary>A piece of a value as written: text, a list, an object or a reference.</summary>
internal readonly record struct ValuePart(object? Content, TextPosition At)
{
    public bool IsSpace { get; init; }

    public bool IsQuoted { get; init; }
}

/// <summary>A <c>${path}</c> before its value is known.</summary>
internal sealed record Reference(IReadOnlyList<string> Path);

/// <summary>
/// A value with references in it. <see cref="Earlier"/> is what the same key held before, which it may refer to or extend.
/// </summary>
internal sealed record UnresolvedValue(IReadOnlyList<ValuePart> Parts, TextPosition At)
{
    public HoconValue? Earlier { get; init; }
}

/// <summary>Replaces references by what they refer to, once the whole text is read: they may point forwards.</summary>
internal sealed class HoconResolver
{
    private readonly HoconObject _root;

    // Values being resolved further up the stack: meeting one again is a circle.
    private readonly HashSet<HoconValue> _open = [];

    private HoconResolver(HoconObject root) => _root = root;

    public static void Resolve(HoconObject root) => new HoconResolver(root).ResolveFields(root);

    /// <summary>
    /// Joins neighbouring parts: objects are merged, the last winning, lists appended, texts concatenated with the space between.
    /// </summary>
    public static object? Join(IReadOnlyList<ValuePart> parts)
    {
        if (parts.Count == 1)
            return parts[0] is { Content: "null", IsQuoted: false } ? null : parts[0].Content;

        var words = parts.Where(part => !part.IsSpace).ToList();
        if (words.TrueForAll(part => part.Content is HoconObject))
            return words.Select(part => (HoconObject)part.Content!).Aggregate((earlier, later) => HoconObject.Merge(later, earlier));
        if (words.TrueForAll(part => part.Content is List<HoconValue>))
            return words.SelectMany(part => (List<HoconValue>)part.Content!).ToList();
        if (words.FindIndex(part => part.Content is HoconObject or List<HoconValue>) is >= 0 and var odd)
            throw words[odd].At.Error("an object or a list cannot be joined with something of another kind");
        return string.Concat(parts.Select(part => (string?)part.Content));
    }

    private void ResolveFields(HoconObject fields)
    {
        foreach (var value in fields.Items.Values)
            Resolve(value);
    }

    private void Resolve(HoconValue value)
    {
        switch (value.Content)
        {
            case HoconObject fields:
                ResolveFields(fields);
                break;
            case List<HoconValue> elements:
                elements.ForEach(Resolve);
                break;
            case UnresolvedValue unresolved:
                ResolveReferences(value, unresolved);
                Resolve(value);
                break;
        }
    }

    private void ResolveReferences(HoconValue value, UnresolvedValue unresolved)
    {
        if (!_open.Add(value))
            throw unresolved.At.Error("the value refers to itself");

        var content = Join([.. unresolved.Parts.Select(part =>
            part.Content is Reference reference ? part with { Content = Find(reference, part.At).Content, IsQuoted = true } : part)]);
        if (content is HoconObject fields && unresolved.Earlier is { } earlier)
        {
            Settle(earlier);
            if (earlier.Content is HoconObject below)
                content = HoconObject.Merge(fields, below);
        }

        value.Content = content;
        _open.Remove(value);
    }

    private HoconValue Find(Reference reference, TextPosition at)
    {
        var found = new HoconValue(_root);
        foreach (var key in reference.Path)
        {
            if (found.Content is not HoconObject fields || !fields.Items.TryGetValue(key, out var child))
                throw at.Error($"${{{string.Join('.', reference.Path)}}} is not defined in this text");
            if (_open.Contains(child) && child.Content is UnresolvedValue { Earlier: { } earlier })
                child = earlier;
            Settle(child);
            found = child;
        }

        return found;
    }

    /// <summary>Makes the kind of a value known; what is inside it may stay open, and so may be referred to from here.</summary>
    private void Settle(HoconValue value)
    {
        if (value.Content is UnresolvedValue unresolved)
            ResolveReferences(value, unresolved);
    }
}
