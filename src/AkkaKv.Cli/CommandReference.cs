using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Cli;

/// <summary>What the server said of its commands (COMMAND DOCS): for completion, hints and help.</summary>
internal sealed class CommandReference
{
    private readonly SortedDictionary<string, (string Syntax, string Summary, string Group)> _commands = new(StringComparer.Ordinal);

    public bool IsEmpty => _commands.Count == 0;

    /// <summary>Takes in a reply to COMMAND DOCS; anything else is ignored.</summary>
    public void Learn(RespValue docs)
    {
        for (var i = 0; i + 1 < docs.Items.Count; i += 2)
        {
            var fields = docs.Items[i + 1];
            var syntax = Field(fields, "arguments")?.Items.Select(argument => Field(argument, "display_text")?.Text) ?? [];
            _commands[docs.Items[i].Text.ToLowerInvariant()] =
                (string.Join(' ', syntax), Field(fields, "summary")?.Text ?? "", Field(fields, "group")?.Text ?? "");
        }
    }

    /// <summary>Commands that begin with what was typed, in its case.</summary>
    public IReadOnlyList<string> Complete(string typed)
    {
        var isUpper = typed.Length > 0 && char.IsAsciiLetterUpper(typed[0]);
        return
        [
            .. _commands.Keys.Append("help").Append(":time").Append(":server")
                .Where(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .Select(name => isUpper ? name.ToUpperInvariant() : name),
        ];
    }

    /// <summary>The arguments that may still follow what was typed; empty when nothing is known.</summary>
    public string Hint(string typed)
    {
        var words = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !_commands.TryGetValue(words[0].ToLowerInvariant(), out var command))
            return "";

        var given = words.Length - 1;
        var expected = command.Syntax.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (given >= expected.Length)
            return "";
        return (typed.EndsWith(' ') ? "" : " ") + string.Join(' ', expected.Skip(given));
    }

    /// <summary>Everything by group, or one command.</summary>
    public string Help(string? name)
    {
        if (name is not null)
        {
            return _commands.TryGetValue(name.ToLowerInvariant(), out var command)
                ? $"{name.ToUpperInvariant()} {command.Syntax}\n  {command.Summary}"
                : $"There is no command {name}.";
        }

        var text = new StringBuilder();
        foreach (var group in _commands.GroupBy(command => command.Value.Group))
        {
            text.Append(group.Key).Append(":\n");
            foreach (var (command, (_, summary, _)) in group)
                text.Append("  ").Append(command.ToUpperInvariant().PadRight(14)).Append(summary).Append('\n');
        }

        text.Append("console:\n  help COMMAND  Shows a command's arguments.\n  :time         Shows or hides timings.\n");
        return text.Append("  :server       Says which server is in use.\n  exit          Leaves.").ToString();
    }

    private static RespValue? Field(RespValue map, string name)
    {
        for (var i = 0; i + 1 < map.Items.Count; i += 2)
        {
            if (map.Items[i].Text == name)
                return map.Items[i + 1];
        }

        return null;
    }
}
