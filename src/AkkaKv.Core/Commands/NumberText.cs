using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace AkkaKv.Core.Commands;

/// <summary>Numbers as Redis stores them in strings. Everything here is exact, so that every replica computes the same bytes.</summary>
public static class NumberText
{
    private const int IntegerCharsMax = 20;
    private const int DecimalCharsMax = 256;

    /// <summary>
    /// Reads a 64-bit integer in the one form Redis takes (string2ll): an optional minus, no plus, no leading zeros, no blanks,
    /// no minus zero.
    /// </summary>
    public static bool TryParseInteger(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > IntegerCharsMax) return false;
        var digits = text[0] == '-' ? text[1..] : text;
        if (digits.IsEmpty || !char.IsAsciiDigit((char)digits[0])) return false;
        if (digits[0] == '0' && text.Length > 1) return false;
        return Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;
    }

    /// <summary>Reads a decimal number with optional sign, fraction and exponent. Beyond 28 digits it is rounded.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, out decimal value)
    {
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        value = 0;
        return text.Length <= DecimalCharsMax && !text.Contains((byte)0)
            && decimal.TryParse(text, styles, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Adds; false when the sum is beyond 7.9e28.</summary>
    public static bool TryAdd(decimal left, decimal right, out decimal sum)
    {
        sum = 0;
        if (left > 0 && right > decimal.MaxValue - left) return false;
        if (left < 0 && right < decimal.MinValue - left) return false;
        sum = left + right;
        return true;
    }

    /// <summary>Decimal text of an integer.</summary>
    public static byte[] Format(long value)
    {
        Span<byte> text = stackalloc byte[IntegerCharsMax];
        Utf8Formatter.TryFormat(value, text, out var length);
        return text[..length].ToArray();
    }

    /// <summary>Decimal text without exponent and without zeros at the end of a fraction, as Redis answers INCRBYFLOAT.</summary>
    public static byte[] Format(decimal value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        if (text.Contains('.', StringComparison.Ordinal)) text = text.TrimEnd('0').TrimEnd('.');
        return Encoding.ASCII.GetBytes(text == "-0" ? "0" : text);
    }
}
