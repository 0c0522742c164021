using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AkkaKv.Resp;

namespace AkkaKv.Cli;

/// <summary>Shows replies: with types and quotes for people, as they are for pipes, or as JSON.</summary>
internal static class ReplyPrinter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Format(RespValue reply, OutputStyle style) => style switch
    {
        OutputStyle.Human => Human(reply, 0),
        OutputStyle.Raw => Raw(reply),
        _ => Json(reply),
    };

    /// <summary>What an error means for the person who sent the command; null when the words of the error say it all.</summary>
    public static string? Explain(string error) => error.Split(' ')[0] switch
    {
        "LOADING" => "Not executed. This server is starting or catching up; try again soon, or ask another one.",
        "TRYAGAIN" => "Not executed. It is safe to send it again.",
        "NOREPLICAS" => "Not executed. A majority of the servers must be running and reach each other.",
        "UNCERTAIN" => "Unknown whether it was executed. Read the key before you send it again.",
        "NOAUTH" => "Not executed. This server wants a password: AUTH, or the variable AKKAKV_AUTH.",
        _ => null,
    };

    private static string Human(RespValue reply, int indent) => reply.Kind switch
    {
        RespKind.Null => "(nil)",
        RespKind.Integer => string.Create(CultureInfo.InvariantCulture, $"(integer) {reply.Integer}"),
        RespKind.Error => "(error) " + reply.Text,
        RespKind.SimpleString => reply.Text,
        RespKind.BulkString => Quote(reply.Bytes.Span),
        RespKind.Double => "(double) " + reply.Text,
        RespKind.BigNumber => "(big number) " + reply.Text,
        RespKind.Boolean => reply.Integer == 1 ? "(true)" : "(false)",
        RespKind.Verbatim => reply.Text.TrimEnd('\n', '\r'),
        RespKind.Map => Rows(reply.Items, 2, '#', "(empty hash)", indent),
        RespKind.Set => Rows(reply.Items, 1, '~', "(empty set)", indent),
        _ => Rows(reply.Items, 1, ')', "(empty array)", indent),
    };

    private static string Rows(IReadOnlyList<RespValue> items, int step, char mark, string empty, int indent)
    {
        if (items.Count == 0)
            return empty;

        var text = new StringBuilder();
        var digits = (items.Count / step).ToString(CultureInfo.InvariantCulture).Length;
        for (var i = 0; i < items.Count; i += step)
        {
            if (i > 0)
                text.Append('\n').Append(' ', indent);
            var number = ((i / step) + 1).ToString(CultureInfo.InvariantCulture).PadLeft(digits);
            text.Append(number).Append(mark).Append(' ');
            if (step == 2)
                text.Append(Human(items[i], indent + digits + 2)).Append(" => ");
            text.Append(Human(items[i + step - 1], indent + digits + 2));
        }

        return text.ToString();
    }

    private static string Raw(RespValue reply) => reply.Kind switch
    {
        RespKind.Null => "",
        RespKind.Verbatim => reply.Text.TrimEnd('\n', '\r'),
        RespKind.Boolean => reply.Integer == 1 ? "true" : "false",
        RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push => string.Join('\n', reply.Items.Select(Raw)),
        _ => reply.Text,
    };

    private static string Json(RespValue reply)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteJson(writer, reply);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteJson(Utf8JsonWriter writer, RespValue reply)
    {
        switch (reply.Kind)
        {
            case RespKind.Null:
                writer.WriteNullValue();
                break;
            case RespKind.Integer:
                writer.WriteNumberValue(reply.Integer);
                break;
            case RespKind.Boolean:
                writer.WriteBooleanValue(reply.Integer == 1);
                break;
            case RespKind.Double when double.TryParse(reply.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case RespKind.Error:
                writer.WriteStartObject();
                writer.WriteString("error", reply.Text);
                writer.WriteEndObject();
                break;
            case RespKind.Map:
                writer.WriteStartObject();
                for (var i = 0; i + 1 < reply.Items.Count; i += 2)
                {
                    writer.WritePropertyName(reply.Items[i].Text);
                    WriteJson(writer, reply.Items[i + 1]);
                }

                writer.WriteEndObject();
                break;
            case RespKind.Array or RespKind.Set or RespKind.Push:
                writer.WriteStartArray();
                foreach (var item in reply.Items)
                    WriteJson(writer, item);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(reply.Text);
                break;
        }
    }

    /// <summary>In double quotes. Text stays readable in any language; bytes that are no text are shown as <c>\xHH</c>.</summary>
    private static string Quote(ReadOnlySpan<byte> bytes)
    {
        string text;
        var isText = true;
        try
        {
            text = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            text = Encoding.Latin1.GetString(bytes);
            isText = false;
        }

        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\a' => quoted.Append("\\a"),
                '\b' => quoted.Append("\\b"),
                < ' ' or (>= '\x7f' and <= '\x9f') => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}"),
                > '\x7f' when !isText => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}"),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }
}
