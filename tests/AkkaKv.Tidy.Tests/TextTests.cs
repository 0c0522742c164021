using System.Text.RegularExpressions;

namespace AkkaKv.Tidy.Tests;

/// <summary>What every text in the repository looks like, whatever its language.</summary>
public sealed partial class TextTests
{
    private const int LineLengthMax = 140;

    private const int FileLinesMax = 400;

    /// <summary>Files that are longer, and why that reads better than two files.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    private static IEnumerable<SourceFile> Texts =>
        Repository.WithExtension(".cs", ".conf", ".md", ".csproj", ".props", ".targets", ".json", ".yml", ".sh", ".txt");

    [Fact]
    public void There_are_files_to_look_at()
    {
        Assert.Contains(Repository.Files, file => file.Path == "src/AkkaKv.Core/Limits.cs");
        Assert.DoesNotContain(Repository.Files, file => file.Path.Contains("/obj/", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_of_code_fit_the_page() => Findings.NoLine(
        $"Lines are at most {LineLengthMax} characters long.",
        Repository.WithExtension(".cs"), static line => line.Length > LineLengthMax);

    [Fact]
    public void Indentation_is_made_of_spaces() =>
        Findings.NoLine("No tabs.", Texts, static line => line.Contains('\t', StringComparison.Ordinal));

    [Fact]
    public void Nothing_invisible_ends_a_line() =>
        Findings.NoLine(
            "No blanks and no carriage returns at the ends of lines.",
            Texts, static line => line.Length > 0 && char.IsWhiteSpace(line[^1]));

    [Fact]
    public void Files_end_with_one_line_feed_and_begin_without_a_mark() => Findings.None(
        "A text ends with one line feed, is not empty, and has no byte order mark.",
        from file in Texts
        where file.Bytes is [] or [0xEF, 0xBB, 0xBF, ..] or [.., not (byte)'\n'] or [.., (byte)'\n', (byte)'\n']
        select file.Path);

    [Fact]
    public void Files_can_be_read_in_one_sitting() => Findings.None(
        $"A file of more than {FileLinesMax} lines is two files, or stands in the list of exceptions with its reason.",
        from file in Repository.WithExtension(".cs")
        let lines = file.Lines.Count() - 1
        where lines > FileLinesMax && !LongFiles.ContainsKey(file.Path)
        select $"{file.Path}: {lines} lines");

    [Fact]
    public void Exceptions_are_still_needed() => Findings.None(
        "These files are short, or gone: they need no exception.",
        LongFiles.Keys.Where(path => Repository.Files.All(file => file.Path != path || file.Lines.Count() - 1 <= FileLinesMax)));

    [Fact]
    public void Nothing_is_left_for_later() => Findings.NoLine(
        "Do it, or say in words why it is not done.", OtherTexts, static line => LeftForLater().IsMatch(line));

    [Fact]
    public void Nothing_depends_on_the_machine_it_was_written_on() => Findings.NoLine(
        "No folders of somebody's machine, and no names of tools that wrote a text.",
        OtherTexts, static line => OfOneMachine().IsMatch(line));

    // This file has to name what it forbids.
    private static IEnumerable<SourceFile> OtherTexts =>
        Texts.Where(file => !file.Path.EndsWith("/TextTests.cs", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"(?<![\w.])/(work|home|root|Users)/\w|\b(Claude|Anthropic|ChatGPT|Copilot)\b", RegexOptions.IgnoreCase)]
    private static partial Regex OfOneMachine();
}
