using System.Buffers.Text;

namespace AkkaKv.Resp;

/// <summary>Integers as Redis reads them: no plus sign, no blanks, no leading zeros, nothing behind.</summary>
public static class RespNumber
{
    /// <summary>Digits of the longest <see cref="long"/> with its sign.</summary>
    public const int DigitsMax = 20;

    /// <summary>Reads a signed 64-bit integer that fills all of <paramref name="text"/>; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > DigitsMax)
            return false;

        var digits = text[0] == (byte)'-' ? text[1..] : text;
        if (digits.IsEmpty)
            return false;
        if (digits[0] == (byte)'0')
            return text.Length == 1; // "0" is the one number that begins with a zero; "-0" is none.
        if (digits[0] is < (byte)'1' or > (byte)'9')
            return false;

        return Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;
    }
}
