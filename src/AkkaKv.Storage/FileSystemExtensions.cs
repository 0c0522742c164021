namespace AkkaKv.Storage;

internal static class FileSystemExtensions
{
    /// <summary>The path of a file, for messages.</summary>
    public static string PathOf(this IFileSystem files, string name) => Path.Combine(files.Root, name);

    /// <summary>Replaces a small file in one step: after a crash either the old or the new content is there, whole.</summary>
    public static void Replace(this IFileSystem files, string name, ReadOnlySpan<byte> content)
    {
        var temporary = FileNames.TemporaryFor(name);
        using (var file = files.Create(temporary))
        {
            file.Write(0, content);
            file.Sync();
        }

        files.Rename(temporary, name);
        files.SyncDirectory();
    }
}
