#nullable enable

using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>The units that configuration values may carry.</summary>
internal static class HoconUnits
{
    /// <summary>
    /// Reads a duration. Units are <c>ns ms s m h d</c> and their words; there is no short form of microseconds. A bare number is
    /// milliseconds. Negative durations are refused: none of the settings has a meaning for them.
    /// </summary>
    public static bool TryParseDuration(string? text, bool allowInfinite, out TimeSpan duration)
    {
        duration = default;
        if (text is null)
            return false;
        if (allowInfinite && text == "infinite")
        {
            duration = Timeout.InfiniteTimeSpan;
            return true;
        }

        var (number, unit) = Split(text);
        var ticks = unit switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01,
            "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
            "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
            "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
            "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
            "d" or "day" or "days" => TimeSpan.TicksPerDay,
            _ => double.NaN,
        };
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return false;

        var total = Math.Round(count * ticks);
        if (!(total < long.MaxValue))
            return false;
        duration = TimeSpan.FromTicks((long)total);
        return true;
    }

    /// <summary>Reads a size. Suffixes are case-sensitive: <c>K</c> is 1024 and <c>kB</c> is 1000. The number is an integer.</summary>
    public static bool TryParseSize(string? text, out long bytes)
    {
        bytes = 0;
        if (text is null)
            return false;

        var (number, suffix) = Split(text);
        if (!long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
            || Scale(suffix) is not { } scale)
        {
            return false;
        }

        if (Math.Abs((decimal)count * scale) > long.MaxValue)
            return false;
        bytes = count * scale;
        return true;
    }

    private static long? Scale(string suffix) =>
        suffix switch
        {
            "" or "b" or "B" or "byte" or "bytes" => 1,
            "kB" or "kilobyte" or "kilobytes" => 1_000,
            "MB" or "megabyte" or "megabytes" => 1_000_000,
            "GB" or "gigabyte" or "gigabytes" => 1_000_000_000,
            "TB" or "terabyte" or "terabytes" => 1_000_000_000_000,
            "PB" or "petabyte" or "petabytes" => 1_000_000_000_000_000,
            "k" or "K" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
            "m" or "M" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
            "g" or "G" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
            "t" or "T" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
            "p" or "P" or "Pi" or "PiB" or "pebibyte" or "pebibytes" => 1L << 50,
            _ => null,
        };

    private static (string Number, string Unit) Split(string text)
    {
        text = text.Trim();
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
            end--;
        return (text[..end].TrimEnd(), text[end..]);
    }
}
