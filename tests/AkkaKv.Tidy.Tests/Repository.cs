using System.Text;

namespace AkkaKv.Tidy.Tests;

/// <summary>A file of the repository, by its path from the root with forward slashes.</summary>
internal sealed record SourceFile(string Path, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Lines with their numbers, from 1.</summary>
    public IEnumerable<(int Number, string Line)> Lines => Text.Split('\n').Select((line, i) => (i + 1, line));
}

/// <summary>
/// The files that people wrote: everything below the root but what tools make. The root is found from where the test runs, because
/// the paths that the compiler notes are not real ones in a deterministic build.
/// </summary>
internal static class Repository
{
    private static readonly HashSet<string> MadeByTools =
        [".git", ".vs", ".idea", "bin", "obj", "data", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files { get; } = [.. FilesBelow(Root).OrderBy(file => file.Path, StringComparer.Ordinal)];

    public static IEnumerable<SourceFile> WithExtension(params string[] extensions) =>
        Files.Where(file => extensions.Contains(System.IO.Path.GetExtension(file.Path)));

    /// <summary>C# below a folder.</summary>
    public static IEnumerable<SourceFile> CSharp(string folder) =>
        WithExtension(".cs").Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "AkkaKv.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No AkkaKv.sln above {AppContext.BaseDirectory}.");
    }

    private static IEnumerable<SourceFile> FilesBelow(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
            yield return new SourceFile(System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllBytes(path));

        foreach (var child in Directory.EnumerateDirectories(folder).Where(path => !MadeByTools.Contains(System.IO.Path.GetFileName(path))))
        {
            foreach (var file in FilesBelow(child))
                yield return file;
        }
    }
}
