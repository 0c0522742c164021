using System.Text;

namespace AkkaKv.Resp;

/// <summary>The kinds of replies of RESP2 and RESP3.</summary>
public enum RespKind
{
    /// <summary>No value, in any of its spellings.</summary>
    Null,

    /// <summary>A short text.</summary>
    SimpleString,

    /// <summary>An error, simple or bulk.</summary>
    Error,

    /// <summary>A signed 64-bit integer.</summary>
    Integer,

    /// <summary>A binary-safe string.</summary>
    BulkString,

    /// <summary>A floating point number; its text is kept as it came.</summary>
    Double,

    /// <summary>A truth; <see cref="RespValue.Integer"/> is 1 or 0.</summary>
    Boolean,

    /// <summary>An integer of any size; its text is kept as it came.</summary>
    BigNumber,

    /// <summary>Text with a format mark; <see cref="RespValue.Bytes"/> is the text without the mark.</summary>
    Verbatim,

    /// <summary>Replies in a row.</summary>
    Array,

    /// <summary>Pairs; <see cref="RespValue.Items"/> holds key, value, key, value, ...</summary>
    Map,

    /// <summary>Replies without an order.</summary>
    Set,

    /// <summary>Out-of-band data that answers no request.</summary>
    Push,
}

/// <summary>One reply as a tree, for consoles and tests. Servers and load generators scan replies without building it.</summary>
public sealed record RespValue(RespKind Kind, ReadOnlyMemory<byte> Bytes, long Integer, IReadOnlyList<RespValue> Items)
{
    internal static readonly RespValue Nothing = new(RespKind.Null, default, 0, []);

    /// <summary>The bytes as UTF-8 text; the number of an <see cref="RespKind.Integer"/>.</summary>
    public string Text => Kind == RespKind.Integer
        ? Integer.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>True for an error reply.</summary>
    public bool IsError => Kind == RespKind.Error;

    /// <summary>True when there is no value.</summary>
    public bool IsNull => Kind == RespKind.Null;

    /// <summary>The reply in one line, for test failures: <c>[OK, 1, nil]</c>.</summary>
    public override string ToString() => Kind switch
    {
        RespKind.Null => "nil",
        RespKind.Error => "-" + Text,
        RespKind.Array or RespKind.Set or RespKind.Push or RespKind.Map => "[" + string.Join(", ", Items) + "]",
        _ => Text,
    };
}
