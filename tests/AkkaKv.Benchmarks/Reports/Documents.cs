namespace AkkaKv.Benchmarks.Reports;

/// <summary>
/// Markdown documents with blocks that are measured: what stands between the lines <c>&lt;!-- name --&gt;</c> and
/// <c>&lt;!-- /name --&gt;</c> is replaced by each measurement.
/// </summary>
/// <param name="files">The documents; none of them need have all blocks.</param>
internal sealed class Documents(IReadOnlyList<string> files)
{
    /// <summary>Replaces a block wherever it is, and says when it is nowhere.</summary>
    /// <param name="name">The name of the block.</param>
    /// <param name="markdown">Makes what shall stand there, for a document in this directory (links are relative to it).</param>
    public void Update(string name, Func<string, string> markdown)
    {
        var places = 0;
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            var (begin, end) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
            var from = text.IndexOf(begin, StringComparison.Ordinal);
            var to = text.IndexOf(end, StringComparison.Ordinal);
            if (from < 0 || to < from)
                continue;

            var block = markdown(Path.GetDirectoryName(Path.GetFullPath(file))!).Trim('\n');
            File.WriteAllText(file, $"{text[..(from + begin.Length)]}{block}\n{text[to..]}");
            places++;
        }

        if (places == 0 && files.Count > 0)
            Console.Error.WriteLine($"No document has the lines <!-- {name} --> and <!-- /{name} -->.");
    }
}
