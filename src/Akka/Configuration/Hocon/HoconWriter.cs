#nullable enable

using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Writes values back as HOCON that parses to the same values.</summary>
internal static class HoconWriter
{
    public static string Write(HoconValue value)
    {
        var text = new StringBuilder();
        if (value.Content is HoconObject root)
            WriteFields(text, root, depth: 0);
        else
            WriteValue(text, value, depth: 0);
        return text.ToString();
    }

    /// <summary>The text between double quotes, with what must not stand there escaped.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) => quoted.Append($"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static void WriteValue(StringBuilder text, HoconValue value, int depth)
    {
        switch (value.Content)
        {
            case HoconObject fields:
                text.Append("{\n");
                WriteFields(text, fields, depth + 1);
                text.Append(' ', depth * 2).Append('}');
                break;
            case List<HoconValue> elements:
                text.Append('[');
                for (var i = 0; i < elements.Count; i++)
                {
                    if (i > 0)
                        text.Append(", ");
                    WriteValue(text, elements[i], depth);
                }

                text.Append(']');
                break;
            case string scalar:
                text.Append(IsPlain(scalar) ? scalar : Quote(scalar));
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static void WriteFields(StringBuilder text, HoconObject fields, int depth)
    {
        foreach (var (key, value) in fields.Items)
        {
            text.Append(' ', depth * 2).Append(IsPlain(key) && !key.Contains('.') ? key : Quote(key));
            text.Append(value.Content is HoconObject ? " " : " = ");
            WriteValue(text, value, depth);
            text.Append('\n');
        }
    }

    private static bool IsPlain(string text) =>
        text.Length > 0 && text is not ("null" or "include") && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
