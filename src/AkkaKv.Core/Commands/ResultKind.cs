namespace AkkaKv.Core.Commands;

/// <summary>
/// What a command answered. The numbers are on disk (in recorded results) and on the wire: they are never reused. A result is
/// its kind (u8), for <see cref="Integer"/> followed by a folded varint, for <see cref="Bulk"/> by a varint length and the bytes.
/// </summary>
public enum ResultKind : byte
{
    /// <summary>Zero on purpose: the results of a run of plain SETs are zero bytes, which are shared and never copied.</summary>
    Ok = 0,
    Nil = 1,
    Integer = 2,
    Bulk = 3,

    /// <summary>The value is not an integer or out of range. No effect.</summary>
    ErrorNotInteger = 16,

    /// <summary>The increment or decrement would overflow. No effect.</summary>
    ErrorOverflow = 17,

    /// <summary>The value or the increment is not a valid float. No effect.</summary>
    ErrorNotFloat = 18,

    /// <summary>The sum does not fit. No effect.</summary>
    ErrorFloatRange = 19,

    /// <summary>The value would exceed the largest size allowed. No effect.</summary>
    ErrorTooLarge = 20,

    /// <summary>There is no such key. No effect.</summary>
    ErrorNoSuchKey = 21,

    /// <summary>A guard before this command in its request did not hold. No effect.</summary>
    ErrorAborted = 22,
}
