using System.Text;
using AkkaKv.Resp;

namespace AkkaKv.Cli.Tests;

public sealed class EditorTests
{
    private const string Docs = "%2\r\n$3\r\nget\r\n%1\r\n$9\r\narguments\r\n*1\r\n%1\r\n$12\r\ndisplay_text\r\n$3\r\nkey\r\n"
        + "$6\r\ngetdel\r\n%1\r\n$9\r\narguments\r\n*1\r\n%1\r\n$12\r\ndisplay_text\r\n$3\r\nkey\r\n";

    private static CommandReference Reference()
    {
        new ReplyReader().Read(Encoding.UTF8.GetBytes(Docs), out var docs, out _);
        var reference = new CommandReference();
        reference.Learn(docs!);
        return reference;
    }

    [Fact]
    public void A_line_is_edited()
    {
        var line = new LineBuffer([]);
        line.Insert("SET key value");
        line.DeleteWordBefore();
        Assert.Equal("SET key ", line.Text);
        line.WordLeft();
        line.Insert("my");
        Assert.Equal("SET mykey ", line.Text);
        line.Home();
        line.DeleteAt();
        line.WordRight();
        line.DeleteToEnd();
        Assert.Equal("ET", line.Text);
        line.Left();
        line.DeleteToStart();
        line.DeleteBefore();
        line.End();
        line.DeleteBefore();
        Assert.Equal("", line.Text);
        line.DeleteBefore();
        line.Right();
        Assert.Equal(0, line.Cursor);
    }

    [Fact]
    public void History_is_walked_and_the_draft_comes_back()
    {
        var line = new LineBuffer(["first", "second"]);
        line.Insert("draft");
        line.Older();
        line.Older();
        line.Older();
        Assert.Equal("first", line.Text);
        line.Newer();
        Assert.Equal("second", line.Text);
        line.Newer();
        line.Newer();
        Assert.Equal("draft", line.Text);
    }

    [Fact]
    public void History_lasts_and_keeps_no_password()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var history = new History(file);
            history.Add("GET a");
            history.Add("GET a");
            history.Add("AUTH secret");
            history.Add("GET b");
            Assert.Equal(["GET a", "GET b"], new History(file).Lines);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_history_that_cannot_be_written_harms_nobody()
    {
        var history = new History("/proc/akkakv/history");
        history.Add("GET a");
        Assert.Equal(["GET a"], history.Lines);
    }

    [Fact]
    public void Tab_goes_through_what_fits()
    {
        var editor = new LineEditor(new History(null), Reference(), hasColor: false);
        var line = new LineBuffer([]);
        line.Insert("GE");
        var tab = new ConsoleKeyInfo('\t', ConsoleKey.Tab, false, false, false);
        editor.Apply(line, tab);
        Assert.Equal("GET", line.Text);
        editor.Apply(line, tab);
        Assert.Equal("GETDEL", line.Text);
        editor.Apply(line, tab);
        Assert.Equal("GET", line.Text);
        editor.Apply(line, new ConsoleKeyInfo('x', ConsoleKey.X, false, false, false));
        Assert.Equal("GETx", line.Text);
    }

    [Theory]
    [InlineData("get", " key")]
    [InlineData("GET ", "key")]
    [InlineData("GET a", "")]
    [InlineData("foo", "")]
    [InlineData("", "")]
    public void A_hint_shows_what_may_follow(string typed, string hint) => Assert.Equal(hint, Reference().Hint(typed));
}
