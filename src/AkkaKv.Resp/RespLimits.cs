namespace AkkaKv.Resp;

/// <summary>
/// What a peer may announce before any of it is buffered. Every bound is checked on the header that announces it, so a
/// request that is refused costs no more memory than its header.
/// </summary>
/// <param name="ArgumentsMax">
/// Arguments of one request, its name included. Redis allows about two thousand million; a bulk MSET or DEL of a loader
/// stays far below the default, and memory for arguments grows as they arrive, never from the announced count.
/// </param>
/// <param name="BulkBytesMax">Bytes of one argument.</param>
/// <param name="RequestBytesMax">Bytes of one whole request on the wire, headers included.</param>
/// <param name="InlineBytesMax">Bytes of one inline request (a human's line), its line end included.</param>
public sealed record RespLimits(
    int ArgumentsMax = 1_048_576,
    int BulkBytesMax = 8 * 1024 * 1024,
    int RequestBytesMax = 16 * 1024 * 1024,
    int InlineBytesMax = 64 * 1024)
{
    /// <summary>Bytes of a line that only carries a type and a number: a sign, 19 digits and the line end fit well.</summary>
    public const int HeaderBytesMax = 32;

    /// <summary>The limits for a connection that has not said its password yet: nothing but AUTH and HELLO has to fit.</summary>
    public static readonly RespLimits BeforeAuthentication = new(
        ArgumentsMax: 10, BulkBytesMax: 16 * 1024, RequestBytesMax: 64 * 1024, InlineBytesMax: 4 * 1024);
}
