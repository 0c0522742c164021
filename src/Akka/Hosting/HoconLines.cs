#nullable enable

using System.Globalization;
using System.Text;
using Akka.Configuration.Hocon;

namespace Akka.Hosting;

/// <summary>Writes options as HOCON: a line for each that is set, and none for the others, which keep what was configured.</summary>
internal static class HoconLines
{
    public static StringBuilder Set(this StringBuilder hocon, string key, string? value) =>
        value is null ? hocon : hocon.Line(key, HoconWriter.Quote(value));

    public static StringBuilder Set(this StringBuilder hocon, string key, bool? value) =>
        value is { } set ? hocon.Line(key, set ? "on" : "off") : hocon;

    public static StringBuilder Set(this StringBuilder hocon, string key, long? value) =>
        value is { } set ? hocon.Line(key, set.ToString(CultureInfo.InvariantCulture)) : hocon;

    public static StringBuilder Set(this StringBuilder hocon, string key, double? value) =>
        value is { } set ? hocon.Line(key, set.ToString("R", CultureInfo.InvariantCulture)) : hocon;

    public static StringBuilder Set(this StringBuilder hocon, string key, TimeSpan? value) =>
        value is { } set ? hocon.Line(key, set.TotalMilliseconds.ToString("0.####", CultureInfo.InvariantCulture) + "ms") : hocon;

    public static StringBuilder Set(this StringBuilder hocon, string key, IEnumerable<string>? values) =>
        values is null ? hocon : hocon.Line(key, $"[{string.Join(", ", values.Select(HoconWriter.Quote))}]");

    private static StringBuilder Line(this StringBuilder hocon, string key, string value) =>
        hocon.Append(key).Append(" = ").Append(value).Append('\n');
}
