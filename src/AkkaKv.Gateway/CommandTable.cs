using System.Collections.Frozen;
using System.Collections.Immutable;
using AkkaKv.Gateway.Commands;

namespace AkkaKv.Gateway;

/// <summary>All commands, one row each; the rows stand beside their handlers. This is what COMMAND lists and dispatch looks up.</summary>
internal static class CommandTable
{
    private const int NameBytesMax = 32;

    /// <summary>In the order of their families, as COMMAND lists them.</summary>
    public static readonly ImmutableArray<Command> All =
    [
        .. StringReads.Rows, .. StringWrites.Rows, .. KeyReads.Rows, .. KeyWrites.Rows, .. KeyspaceReads.Rows,
        .. ConnectionCommands.Rows, .. ServerCommands.Rows, .. PubSubCommands.Rows,
    ];

    private static readonly FrozenDictionary<string, Command> ByName =
        All.ToFrozenDictionary(command => command.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Command>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Stands for every name that is not in the table, so that dispatch has no null to check.</summary>
    public static readonly Command Unknown = new("unknown", -1) { Flags = CommandFlags.NoAuth, Summary = "", Group = "" };

    /// <summary>Looks up a name in any case; null when there is no such command. Allocates nothing.</summary>
    public static Command? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > NameBytesMax)
            return null;

        Span<char> lower = stackalloc char[NameBytesMax];
        for (var i = 0; i < name.Length; i++)
        {
            var letter = (char)name[i];
            lower[i] = char.IsAsciiLetterUpper(letter) ? (char)(letter | 0x20) : letter;
        }

        return BySpan.TryGetValue(lower[..name.Length], out var command) ? command : null;
    }
}
