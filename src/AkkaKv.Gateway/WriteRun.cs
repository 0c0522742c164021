using AkkaKv.Core;
using AkkaKv.Core.Commands;
using AkkaKv.Resp;

namespace AkkaKv.Gateway;

/// <summary>
/// Write commands that follow each other in one connection's input, encoded into one submission, and how each is to be
/// answered. A command that turned out to be wrong keeps its place in the row of replies and is never submitted.
/// </summary>
internal sealed class WriteRun(GatewaySettings settings)
{
    private readonly CommandWriter _commands = new();
    private readonly List<PlannedReply> _plan = [];

    /// <summary>Where handlers encode.</summary>
    public CommandWriter Commands => _commands;

    public GatewaySettings Settings { get; } = settings;

    public bool IsEmpty => _plan.Count == 0;

    /// <summary>Commands to submit; those that are wrong do not count.</summary>
    public int Count => _commands.Count;

    /// <summary>True when a request of so many bytes should wait for the next submission. One alone always fits.</summary>
    public bool IsFull(int requestBytes) =>
        _plan.Count > 0
        && (_plan.Count >= Limits.CommandsPerRequestMax || _commands.Length + requestBytes > Limits.EntryBytesTarget);

    /// <summary>Says how the command that was just encoded is answered.</summary>
    public void Answer(ReplyShape shape = ReplyShape.Plain) => _plan.Add(new PlannedReply(shape, null, false));

    /// <summary>Answers an error in the command's place; the handler has encoded nothing.</summary>
    public void Refuse(string error) => _plan.Add(new PlannedReply(ReplyShape.Plain, error, false));

    /// <summary>The last answer is not sent: the client asked for silence.</summary>
    public void Mute() => _plan[^1] = _plan[^1] with { IsMuted = true };

    /// <summary>The encoded commands, in memory of their own.</summary>
    public ReadOnlyMemory<byte> Take() => _commands.Take();

    /// <summary>Writes the replies in the order of the commands, and starts anew.</summary>
    public void WriteReplies(ReplyWriter writer, ReplyStatus status, ReadOnlySpan<byte> results)
    {
        var reader = new ResultReader(results);
        foreach (var planned in _plan)
        {
            var mark = writer.Length;
            if (planned.Error is not null)
                writer.Error(planned.Error);
            else if (status != ReplyStatus.Committed)
                writer.Error(ReplyTable.Refusal(status));
            else if (reader.TryRead(out var result))
                ReplyTable.Write(writer, result, planned.Shape);
            else
                writer.Error(ReplyTable.Refusal(ReplyStatus.Uncertain)); // Fewer results than commands: never expected.

            if (planned.IsMuted)
                writer.Truncate(mark);
        }

        _plan.Clear();
    }

    private readonly record struct PlannedReply(ReplyShape Shape, string? Error, bool IsMuted);
}
