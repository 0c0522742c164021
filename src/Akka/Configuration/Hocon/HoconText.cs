#nullable enable

using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>A place in a text, both counted from 1.</summary>
internal readonly record struct TextPosition(int Line, int Column)
{
    public FormatException Error(string reason) => new($"line {Line}, column {Column}: {reason}");
}

/// <summary>The characters of a HOCON text and the words they form.</summary>
internal sealed class HoconText(string text)
{
    private const string NeverUnquoted = "\"{}[]$:=,#`^?!@*&\\";

    private int _next;
    private int _line = 1;
    private int _lineStart;

    public bool AtEnd => _next >= text.Length;

    /// <summary>Whether the line ends here, or only a comment follows.</summary>
    public bool AtLineEnd => Peek is '\n' || AtComment;

    public TextPosition Position => new(_line, _next - _lineStart + 1);

    /// <summary>The next character, or NUL at the end.</summary>
    public char Peek => AtEnd ? '\0' : text[_next];

    private bool AtComment => Peek is '#' || (Peek is '/' && StartsWith("//"));

    public FormatException Error(string reason) => Position.Error(reason);

    public FormatException Unexpected(string expected) =>
        Error($"expected {expected}, found {(AtEnd ? "the end of the text" : Peek is '\n' ? "the end of the line" : $"'{Peek}'")}");

    public bool TryTake(char c)
    {
        if (AtEnd || Peek != c)
            return false;
        _next++;
        return true;
    }

    /// <summary>Skips spaces, lines and comments.</summary>
    public void SkipBlank()
    {
        while (true)
        {
            SkipSpacesAndLines();
            if (!AtComment)
                return;
            while (!AtEnd && Peek != '\n')
                _next++;
        }
    }

    public void SkipSpacesAndLines()
    {
        while (!AtEnd && (Peek is '\n' || IsSpace(Peek)))
        {
            if (text[_next++] != '\n')
                continue;
            _line++;
            _lineStart = _next;
        }
    }

    public void SkipSpaces() => TakeSpaces();

    public string TakeSpaces() => TakeWhile(IsSpace);

    /// <summary>Takes <c>include</c> and the space after it, when what follows can only be the name of something to include.</summary>
    public bool TryTakeInclude()
    {
        const string word = "include";
        if (!StartsWith(word))
            return false;
        var after = _next + word.Length;
        while (after < text.Length && IsSpace(text[after]))
            after++;
        if (after >= text.Length || text[after] != '"')
            return false;
        _next = after;
        return true;
    }

    /// <summary>A dotted path of keys. Quoted keys keep their dots.</summary>
    public List<string> TakePath()
    {
        var path = new List<string>();
        do
        {
            var key = Peek == '"' ? TakeQuoted() : TakeWhile(c => IsUnquoted(c) && c is not ('.' or '+'));
            if (key.Length == 0)
                throw Unexpected("a key");
            path.Add(key);
        }
        while (TryTake('.'));
        return path;
    }

    /// <summary>Text without quotes, up to a space or a character that means something.</summary>
    public string TakeUnquoted()
    {
        var word = TakeWhile(IsUnquoted);
        return word.Length > 0 ? word : throw Error($"'{Peek}' may stand in a value only between double quotes");
    }

    /// <summary>A reference, <c>${path}</c>.</summary>
    public Reference TakeReference()
    {
        if (!StartsWith("${"))
            throw Error("'$' may stand in a value only between double quotes or as the start of ${path}");
        if (StartsWith("${?"))
            throw Error("optional substitutions ${?path} are not supported");
        _next += 2;
        SkipSpaces();
        var path = TakePath();
        SkipSpaces();
        return TryTake('}') ? new Reference(path) : throw Unexpected("'}' at the end of ${path}");
    }

    /// <summary>A string in double quotes with escapes, or in three double quotes without any.</summary>
    public string TakeQuoted()
    {
        var start = Position;
        if (StartsWith("\"\"\""))
            return TakeTripleQuoted(start);

        _next++;
        var content = new StringBuilder();
        while (!TryTake('"'))
        {
            if (AtEnd || Peek is '\n')
                throw start.Error("the string that starts here has no end on its line");
            content.Append(Peek is '\\' ? TakeEscape() : text[_next++]);
        }

        return content.ToString();
    }

    private string TakeTripleQuoted(TextPosition start)
    {
        var from = _next + 3;
        var end = text.IndexOf("\"\"\"", from, StringComparison.Ordinal);
        if (end < 0)
            throw start.Error("the string that starts here with three quotes has no end");

        // Of more than three quotes the last three end the string.
        while (end + 3 < text.Length && text[end + 3] == '"')
            end++;
        for (; _next < end + 3; _next++)
        {
            if (text[_next] != '\n')
                continue;
            _line++;
            _lineStart = _next + 1;
        }

        return text[from..end];
    }

    private char TakeEscape()
    {
        var at = Position;
        _next++;
        var escaped = Peek;
        _next++;
        switch (escaped)
        {
            case '"' or '\\' or '/': return escaped;
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when _next + 4 <= text.Length
                && ushort.TryParse(text.AsSpan(_next, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _next += 4;
                return (char)code;
            default:
                throw at.Error(
                    "unknown escape in a string: known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits");
        }
    }

    private string TakeWhile(Func<char, bool> belongs)
    {
        var start = _next;
        while (!AtEnd && belongs(Peek) && !(Peek is '/' && StartsWith("//")))
            _next++;
        return text[start.._next];
    }

    private bool StartsWith(string word) => string.CompareOrdinal(text, _next, word, 0, word.Length) == 0;

    private static bool IsSpace(char c) => c != '\n' && (char.IsWhiteSpace(c) || c is '\uFEFF');

    private static bool IsUnquoted(char c) => c != '\n' && !IsSpace(c) && !NeverUnquoted.Contains(c);
}
