using System.Diagnostics;
using AkkaKv.Core;
using AkkaKv.Core.Commands;
using AkkaKv.Resp;

namespace AkkaKv.Gateway;

/// <summary>How a result becomes a reply, where commands differ.</summary>
internal enum ReplyShape : byte
{
    /// <summary>Ok is OK, nothing is nil, numbers and values are themselves.</summary>
    Plain,

    /// <summary>Ok is 1 and nothing is 0: SETNX, MSETEX.</summary>
    OneOrZero,
}

/// <summary>
/// Outcomes and their replies: one row for each. The prefix says to programs, and the words to people, whether the command
/// was executed.
/// </summary>
internal static class ReplyTable
{
    public const string SyntaxError = "ERR syntax error";
    public const string NotAnInteger = "ERR value is not an integer or out of range";
    public const string NotAFloat = "ERR value is not a valid float";
    public const string ReplyTooLarge = "ERR the reply would be larger than this server allows; ask for less at once";

    /// <summary>
    /// The error for a submission or a read that was not carried out, or not surely. A full queue and a full disk have the prefix
    /// of what was certainly not executed and may be tried again, because clients act on prefixes they know: several repeat a
    /// TRYAGAIN by themselves, and none a BUSY, which is about scripts in Redis. The words tell them apart.
    /// </summary>
    public static string Refusal(ReplyStatus status) => status switch
    {
        ReplyStatus.Loading => "LOADING this server is still recovering or catching up; the command was not executed",
        ReplyStatus.TryAgain => "TRYAGAIN no leader was found in time; the command was not executed",
        ReplyStatus.NoReplicas => "NOREPLICAS fewer than a majority of servers can be reached; the command was not executed",
        ReplyStatus.Uncertain => "UNCERTAIN the outcome could not be learned in time; the command may or may not take effect",
        ReplyStatus.Busy => "TRYAGAIN too many requests are waiting on this server; the command was not executed",
        ReplyStatus.DiskFull => "TRYAGAIN the disks of a majority of servers are full; the command was not executed, reads go on",
        ReplyStatus.Committed => throw new UnreachableException("A committed request has results."),
        _ => throw new UnreachableException($"There is no status {status}."),
    };

    /// <summary>Writes the reply for one result of a committed submission.</summary>
    public static void Write(ReplyWriter writer, Result result, ReplyShape shape)
    {
        switch (result.Kind)
        {
            case ResultKind.Ok when shape == ReplyShape.Plain:
                writer.Ok();
                break;
            case ResultKind.Ok:
                writer.Integer(1);
                break;
            case ResultKind.Nil when shape == ReplyShape.Plain:
                writer.Null();
                break;
            case ResultKind.Nil:
                writer.Integer(0);
                break;
            case ResultKind.Integer:
                writer.Integer(result.Integer);
                break;
            case ResultKind.Bulk:
                writer.Bulk(result.Bulk);
                break;
            default:
                writer.Error(Error(result.Kind));
                break;
        }
    }

    private static string Error(ResultKind kind) => kind switch
    {
        ResultKind.ErrorNotInteger => NotAnInteger,
        ResultKind.ErrorOverflow => "ERR increment or decrement would overflow",
        ResultKind.ErrorNotFloat => NotAFloat,
        ResultKind.ErrorFloatRange => "ERR increment would produce NaN or Infinity",
        ResultKind.ErrorTooLarge => "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
        ResultKind.ErrorNoSuchKey => "ERR no such key",
        _ => throw new UnreachableException($"There is no result of kind {kind}."),
    };
}
