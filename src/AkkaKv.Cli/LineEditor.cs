using System.Text;

namespace AkkaKv.Cli;

/// <summary>
/// Edits a line on a terminal: history, completion, and the arguments that may follow, dimmed behind the cursor. A line longer
/// than the terminal is wide is shown in part, around the cursor.
/// </summary>
internal sealed class LineEditor(History history, CommandReference reference, bool hasColor)
{
    private IReadOnlyList<string> _choices = [];
    private int _choice;

    /// <summary>Reads a line; null when the person leaves (Ctrl-D on an empty line).</summary>
    public string? ReadLine(string prompt)
    {
        var buffer = new LineBuffer(history.Lines);
        Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                Draw(prompt, buffer, withHint: true);
                var key = Console.ReadKey(intercept: true);
                if (key.Key == ConsoleKey.Enter)
                {
                    Draw(prompt, buffer, withHint: false);
                    Console.WriteLine();
                    return buffer.Text.Trim();
                }

                if (key.Key == ConsoleKey.D && key.Modifiers == ConsoleModifiers.Control && buffer.Text.Length == 0)
                {
                    Console.WriteLine();
                    return null;
                }

                Apply(buffer, key);
            }
        }
        finally
        {
            Console.TreatControlCAsInput = false; // Ctrl-C ends a command that takes too long.
        }
    }

    /// <summary>What a key does to the line.</summary>
    public void Apply(LineBuffer buffer, ConsoleKeyInfo key)
    {
        if (key.Key == ConsoleKey.Tab)
        {
            Complete(buffer);
            return;
        }

        _choices = [];
        if (key.Modifiers.HasFlag(ConsoleModifiers.Control))
            ApplyControl(buffer, key.Key);
        else
            ApplyPlain(buffer, key);
    }

    private static void ApplyControl(LineBuffer buffer, ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.A: buffer.Home(); break;
            case ConsoleKey.E: buffer.End(); break;
            case ConsoleKey.B: buffer.Left(); break;
            case ConsoleKey.F: buffer.Right(); break;
            case ConsoleKey.P: buffer.Older(); break;
            case ConsoleKey.N: buffer.Newer(); break;
            case ConsoleKey.D: buffer.DeleteAt(); break;
            case ConsoleKey.H: buffer.DeleteBefore(); break;
            case ConsoleKey.K: buffer.DeleteToEnd(); break;
            case ConsoleKey.U: buffer.DeleteToStart(); break;
            case ConsoleKey.W or ConsoleKey.Backspace: buffer.DeleteWordBefore(); break;
            case ConsoleKey.LeftArrow: buffer.WordLeft(); break;
            case ConsoleKey.RightArrow: buffer.WordRight(); break;
            case ConsoleKey.C: buffer.Replace(""); break;
            case ConsoleKey.L: Console.Write("\u001b[H\u001b[2J"); break;
        }
    }

    private static void ApplyPlain(LineBuffer buffer, ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Backspace: buffer.DeleteBefore(); break;
            case ConsoleKey.Delete: buffer.DeleteAt(); break;
            case ConsoleKey.LeftArrow: buffer.Left(); break;
            case ConsoleKey.RightArrow: buffer.Right(); break;
            case ConsoleKey.Home: buffer.Home(); break;
            case ConsoleKey.End: buffer.End(); break;
            case ConsoleKey.UpArrow: buffer.Older(); break;
            case ConsoleKey.DownArrow: buffer.Newer(); break;
            case ConsoleKey.Escape: buffer.Replace(""); break;
            default:
                if (!char.IsControl(key.KeyChar))
                    buffer.Insert(key.KeyChar.ToString());
                break;
        }
    }

    /// <summary>Completes the command's name; again for the next one that fits.</summary>
    private void Complete(LineBuffer buffer)
    {
        if (_choices.Count == 0)
        {
            if (buffer.Text.Contains(' ', StringComparison.Ordinal))
                return;
            _choices = reference.Complete(buffer.Text);
            _choice = -1;
        }

        if (_choices.Count == 0)
            return;
        _choice = (_choice + 1) % _choices.Count;
        buffer.Replace(_choices[_choice] + (_choices.Count == 1 ? " " : ""));
    }

    private void Draw(string prompt, LineBuffer buffer, bool withHint)
    {
        var width = Console.WindowWidth > 0 ? Math.Max(20, Console.WindowWidth - 1) : 80; // Some terminals do not say.
        var room = Math.Max(10, width - prompt.Length);
        var first = Math.Max(0, buffer.Cursor - room + 1);
        var shown = buffer.Text[first..Math.Min(buffer.Text.Length, first + room)];
        var hint = withHint && hasColor && buffer.Cursor == buffer.Text.Length ? reference.Hint(buffer.Text) : "";
        hint = hint[..Math.Min(hint.Length, room - shown.Length)];

        var line = new StringBuilder("\r").Append(prompt).Append(shown);
        if (hint.Length > 0)
            line.Append("\u001b[2m").Append(hint).Append("\u001b[0m");
        line.Append("\u001b[K\r\u001b[").Append(prompt.Length + buffer.Cursor - first).Append('C');
        Console.Write(line);
    }
}
