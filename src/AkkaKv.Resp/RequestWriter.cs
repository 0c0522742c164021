using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AkkaKv.Resp;

/// <summary>Writes requests as clients do: an array of bulk strings.</summary>
public static class RequestWriter
{
    /// <summary>Writes the head of a request of <paramref name="arguments"/> arguments, its name included.</summary>
    public static void Begin(IBufferWriter<byte> output, int arguments) => Header(output, (byte)'*', arguments);

    /// <summary>Writes one argument.</summary>
    public static void Argument(IBufferWriter<byte> output, ReadOnlySpan<byte> value)
    {
        Header(output, (byte)'$', value.Length);
        output.Write(value);
        output.Write("\r\n"u8);
    }

    /// <summary>Writes a whole request whose arguments are texts.</summary>
    public static void Write(IBufferWriter<byte> output, params ReadOnlySpan<string> arguments)
    {
        Begin(output, arguments.Length);
        foreach (var argument in arguments)
            Argument(output, Encoding.UTF8.GetBytes(argument));
    }

    /// <summary>Writes a whole request whose arguments are bytes.</summary>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<ReadOnlyMemory<byte>> arguments)
    {
        Begin(output, arguments.Count);
        foreach (var argument in arguments)
            Argument(output, argument.Span);
    }

    private static void Header(IBufferWriter<byte> output, byte type, int number)
    {
        var span = output.GetSpan(RespLimits.HeaderBytesMax);
        span[0] = type;
        Utf8Formatter.TryFormat(number, span[1..], out var digits);
        "\r\n"u8.CopyTo(span[(digits + 1)..]);
        output.Advance(digits + 3);
    }
}
