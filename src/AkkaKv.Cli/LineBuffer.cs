namespace AkkaKv.Cli;

/// <summary>A line that is being typed: its text, the cursor, and the way through history. Knows no terminal.</summary>
internal sealed class LineBuffer(IReadOnlyList<string> history)
{
    private int _place = history.Count;
    private string _draft = "";

    public string Text { get; private set; } = "";

    /// <summary>Between 0 and the length of the text.</summary>
    public int Cursor { get; private set; }

    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    public void Replace(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    public void DeleteBefore()
    {
        if (Cursor > 0)
            Text = Text.Remove(--Cursor, 1);
    }

    public void DeleteAt()
    {
        if (Cursor < Text.Length)
            Text = Text.Remove(Cursor, 1);
    }

    public void DeleteWordBefore()
    {
        var start = WordStart();
        Text = Text.Remove(start, Cursor - start);
        Cursor = start;
    }

    public void DeleteToEnd() => Text = Text[..Cursor];

    public void DeleteToStart()
    {
        Text = Text[Cursor..];
        Cursor = 0;
    }

    public void Left() => Cursor = Math.Max(0, Cursor - 1);

    public void Right() => Cursor = Math.Min(Text.Length, Cursor + 1);

    public void Home() => Cursor = 0;

    public void End() => Cursor = Text.Length;

    public void WordLeft() => Cursor = WordStart();

    public void WordRight()
    {
        while (Cursor < Text.Length && Text[Cursor] == ' ')
            Cursor++;
        while (Cursor < Text.Length && Text[Cursor] != ' ')
            Cursor++;
    }

    /// <summary>The line before in history; what was being typed is kept for the way back.</summary>
    public void Older()
    {
        if (_place == 0)
            return;
        if (_place == history.Count)
            _draft = Text;
        Replace(history[--_place]);
    }

    public void Newer()
    {
        if (_place == history.Count)
            return;
        _place++;
        Replace(_place == history.Count ? _draft : history[_place]);
    }

    private int WordStart()
    {
        var start = Cursor;
        while (start > 0 && Text[start - 1] == ' ')
            start--;
        while (start > 0 && Text[start - 1] != ' ')
            start--;
        return start;
    }
}
