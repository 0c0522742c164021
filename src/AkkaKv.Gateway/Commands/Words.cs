using System.Text;
using AkkaKv.Core.Commands;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>How arguments are read: words in any case, numbers, and the expiry options that many commands share.</summary>
internal static class Words
{
    /// <summary>True when the argument is this word, which is given in upper case, in any case.</summary>
    public static bool Is(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> upper) => Ascii.EqualsIgnoreCase(argument, upper);

    /// <summary>An argument as text, for names and messages.</summary>
    public static string Text(ReadOnlySpan<byte> argument) => Encoding.UTF8.GetString(argument);

    /// <summary>Reads EX, PX, EXAT or PXAT at <paramref name="index"/> and its number behind it.</summary>
    /// <param name="command">The command's name for the error about times that make no sense.</param>
    /// <param name="expiry">The expiry, when one stands there and makes sense.</param>
    /// <param name="error">Why it does not; null when it does, and when no such option stands there.</param>
    /// <returns>True when one of the four words stands there, right or wrong; two arguments belong to it.</returns>
    public static bool TryReadExpiry(RequestArguments arguments, int index, string command, out Expiry expiry, out string? error)
    {
        expiry = default;
        error = null;
        var word = arguments[index];
        var isSeconds = Is(word, "EX"u8) || Is(word, "EXAT"u8);
        if (!isSeconds && !Is(word, "PX"u8) && !Is(word, "PXAT"u8))
            return false;

        var isAbsolute = word.Length == 4;
        error = index + 1 == arguments.Count
            ? ReplyTable.SyntaxError
            : ReadExpiry(arguments[index + 1], isSeconds, isAbsolute, command, out expiry);
        return true;
    }

    /// <summary>Reads a time that must lie after zero: how SET and its relatives take it.</summary>
    public static string? ReadExpiry(ReadOnlySpan<byte> argument, bool isSeconds, bool isAbsolute, string command, out Expiry expiry)
    {
        expiry = default;
        if (!RespNumber.TryParse(argument, out var time))
            return ReplyTable.NotAnInteger;
        if (time <= 0 || (isSeconds && time > long.MaxValue / 1000))
            return $"ERR invalid expire time in '{command}' command";

        var milliseconds = isSeconds ? time * 1000 : time;
        expiry = isAbsolute ? Expiry.At(milliseconds) : Expiry.After(milliseconds);
        return null;
    }
}
