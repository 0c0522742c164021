namespace Akka.Configuration.Hocon;

/// <summary>
/// Reads HOCON. Keys may be dotted paths and may be quoted, objects given twice are merged and otherwise the later key wins, values next
/// to each other are joined, <c>${path}</c> stands for a value elsewhere in the same text, and comments start with <c>#</c> or <c>//</c>.
/// There are no substitutions from the environment, none that are optional, and no <c>+=</c>.
/// </summary>
public sealed class Parser
{
    private const int DepthMax = 128;

    private readonly HoconText _text;
    private readonly Func<string, HoconRoot> _include;
    private readonly HoconObject _root = new();
    private int _depth;

    private Parser(string text, Func<string, HoconRoot> includeCallback)
    {
        _text = new HoconText(text);
        _include = includeCallback;
    }

    /// <summary>Parses a document.</summary>
    /// <param name="text">The document; an empty one is an empty object.</param>
    /// <param name="includeCallback">Gives the document that an <c>include "name"</c> names. Without it such a line is an error.</param>
    /// <exception cref="FormatException">The text is not HOCON; the message says in which line and column, and why.</exception>
    public static HoconRoot Parse(string text, Func<string, HoconRoot> includeCallback)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new Parser(text, includeCallback);
        parser.ParseRoot();
        HoconResolver.Resolve(parser._root);
        return new HoconRoot(new HoconValue(parser._root));
    }

    private void ParseRoot()
    {
        _text.SkipBlank();
        var braces = _text.TryTake('{');
        ParseFields(_root, closing: braces ? '}' : '\0');
        _text.SkipBlank();
        if (!_text.AtEnd)
            throw _text.Unexpected("the end of the text");
    }

    private void ParseFields(HoconObject target, char closing)
    {
        if (++_depth > DepthMax)
            throw _text.Error($"objects and lists are nested deeper than {DepthMax}");
        while (true)
        {
            _text.SkipBlank();
            while (_text.TryTake(','))
                _text.SkipBlank();
            if (_text.AtEnd && closing == '\0')
                break;
            if (closing != '\0' && _text.TryTake(closing))
                break;
            if (_text.AtEnd)
                throw _text.Unexpected("'}'");
            if (_text.TryTakeInclude())
                Include(target);
            else
                ParseField(target);
            EndOfField(closing);
        }

        _depth--;
    }

    private void EndOfField(char closing)
    {
        _text.SkipSpaces();
        if (_text.AtEnd || _text.AtLineEnd || _text.Peek is ',' || (closing != '\0' && _text.Peek == closing))
            return;
        throw _text.Unexpected("a comma or the end of the line");
    }

    private void Include(HoconObject target)
    {
        var at = _text.Position;
        if (_text.Peek != '"')
            throw _text.Unexpected("the quoted name of what to include");
        var name = _text.TakeQuoted();
        if (_include is null)
            throw at.Error($"include \"{name}\" needs somewhere to read from, and this text was given none");
        if (_include(name)?.Value.GetObject() is not { } included)
            throw at.Error($"include \"{name}\" gave no object");
        foreach (var (key, value) in included.Items)
            Assign(target, key, value.Content);
    }

    private void ParseField(HoconObject target)
    {
        var path = _text.TakePath();
        foreach (var key in path.SkipLast(1))
            target = ChildObject(target, key);

        _text.SkipSpaces();
        if (_text.Peek != '{')
        {
            if (_text.Peek == '+')
                throw _text.Error("'+=' is not supported: write the whole list");
            if (!_text.TryTake('=') && !_text.TryTake(':'))
                throw _text.Unexpected($"'=', ':' or '{{' after the key '{path[^1]}'");
            _text.SkipSpacesAndLines();
        }

        Assign(target, path[^1], ParseValue());
    }

    /// <summary>The object under a key, to put fields in. What stood there is kept when it is, or may turn out to be, an object.</summary>
    private static HoconObject ChildObject(HoconObject parent, string key)
    {
        if (parent.Items.TryGetValue(key, out var value) && value.Content is HoconObject existing)
            return existing;
        var child = new HoconObject();
        Assign(parent, key, child);
        return parent.Items[key].Content as HoconObject ?? child;
    }

    private static void Assign(HoconObject target, string key, object content)
    {
        if (!target.Items.TryGetValue(key, out var earlier))
        {
            target.Items.Add(key, new HoconValue(content));
            return;
        }

        if (content is HoconObject fields && earlier.Content is HoconObject existing)
        {
            foreach (var (name, value) in fields.Items)
                Assign(existing, name, value.Content);
            return;
        }

        target.Items[key] = new HoconValue((content, earlier.Content) switch
        {
            (UnresolvedValue later, _) => later with { Earlier = earlier },
            (HoconObject, UnresolvedValue open) => open with { Parts = [.. open.Parts, new ValuePart(content, open.At)] },
            _ => content,
        });
    }

    private object ParseValue()
    {
        var start = _text.Position;
        var parts = new List<ValuePart>();
        while (true)
        {
            var at = _text.Position;
            if (_text.TakeSpaces() is { Length: > 0 } space)
                parts.Add(new ValuePart(space, at) { IsSpace = true });
            else if (_text.AtEnd || _text.AtLineEnd || _text.Peek is ',' or '}' or ']')
                break;
            else
                parts.Add(ParsePart(at));
        }

        while (parts.Count > 0 && parts[^1].IsSpace)
            parts.RemoveAt(parts.Count - 1);
        if (parts.Count == 0)
            throw start.Error("a value is missing");
        return parts.Exists(part => part.Content is Reference) ? new UnresolvedValue([.. parts], start) : HoconResolver.Join(parts);
    }

    private ValuePart ParsePart(TextPosition at)
    {
        switch (_text.Peek)
        {
            case '"':
                return new ValuePart(_text.TakeQuoted(), at) { IsQuoted = true };
            case '{':
                _text.TryTake('{');
                var fields = new HoconObject();
                ParseFields(fields, '}');
                return new ValuePart(fields, at);
            case '[':
                return new ValuePart(ParseList(), at);
            case '$':
                return new ValuePart(_text.TakeReference(), at);
            default:
                return new ValuePart(_text.TakeUnquoted(), at);
        }
    }

    private List<HoconValue> ParseList()
    {
        if (++_depth > DepthMax)
            throw _text.Error($"objects and lists are nested deeper than {DepthMax}");
        _text.TryTake('[');
        var elements = new List<HoconValue>();
        _text.SkipBlank();
        while (!_text.TryTake(']'))
        {
            if (_text.AtEnd)
                throw _text.Unexpected("']'");
            elements.Add(new HoconValue(ParseValue()));
            _text.SkipSpaces();
            if (!_text.AtEnd && !_text.AtLineEnd && _text.Peek is not (',' or ']'))
                throw _text.Unexpected("a comma or ']'");
            _text.SkipBlank();
            _text.TryTake(',');
            _text.SkipBlank();
        }

        _depth--;
        return elements;
    }
}
