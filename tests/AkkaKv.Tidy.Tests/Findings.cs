namespace AkkaKv.Tidy.Tests;

/// <summary>Fails with all findings at once: who tidies up wants the list.</summary>
internal static class Findings
{
    public static void None(string rule, IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, $"{rule}\n{string.Join('\n', all)}");
    }

    /// <summary>Every line of the files that <paramref name="isBad"/> says is bad.</summary>
    public static void NoLine(string rule, IEnumerable<SourceFile> files, Func<string, bool> isBad) =>
        None(
            rule,
            from file in files
            from line in file.Lines
            where isBad(line.Line)
            select $"{file.Path}({line.Number}): {line.Line.Trim()}");
}
