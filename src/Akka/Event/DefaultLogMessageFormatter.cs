using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Akka.Event;

/// <summary>
/// Fills in placeholders: <c>{0}</c> takes the argument of that number, <c>{Name}</c> the next one in order; both may carry a width and
/// a format, as in <c>{0,8:F2}</c>. A format and arguments that do not fit together are written side by side: a mistake in a log line
/// must not become an exception in what logs.
/// </summary>
public partial class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter()
    {
    }

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());

    public string Format(string format, params object[] args)
    {
        try
        {
            return string.Format(CultureInfo.InvariantCulture, Numbered(format), args);
        }
        catch (FormatException)
        {
            return $"{format} [{string.Join(", ", args)}]";
        }
    }

    /// <summary>What stands between the braces of a format, in order: names or numbers.</summary>
    internal static IReadOnlyList<string> PlaceholderNames(string format) =>
        [.. Placeholder().Matches(format).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"(?<!\{)\{([A-Za-z0-9_@]+)[^{}]*\}")]
    private static partial Regex Placeholder();

    /// <summary>The format with every name replaced by the number of its argument.</summary>
    private static string Numbered(string format)
    {
        if (!HasNames(format))
            return format;

        var numbered = new StringBuilder(format.Length);
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            numbered.Append(format[i]);
            if (format[i] is not ('{' or '}'))
                continue;
            if (i + 1 < format.Length && format[i + 1] == format[i])
            {
                numbered.Append(format[++i]);
                continue;
            }

            if (format[i] == '}')
                continue;
            var end = format.AsSpan(i + 1).IndexOfAny(',', ':', '}');
            if (end < 0)
                continue;
            numbered.Append(CultureInfo.InvariantCulture, $"{next++}");
            i += end;
        }

        return numbered.ToString();
    }

    private static bool HasNames(string format)
    {
        for (var i = 0; i + 1 < format.Length; i++)
        {
            if (format[i] != '{')
                continue;
            if (format[i + 1] == '{')
                i++;
            else if (!char.IsAsciiDigit(format[i + 1]))
                return true;
        }

        return false;
    }
}
