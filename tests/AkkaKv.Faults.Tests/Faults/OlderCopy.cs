namespace AkkaKv.Faults.Tests.Faults;

/// <summary>What a server that does not run has on its disk, to be put back when it has more: as from a backup.</summary>
internal sealed class OlderCopy : IDisposable
{
    private readonly string _directory;
    private readonly string _copy = Directory.CreateTempSubdirectory("akkakv-copy-").FullName;

    public OlderCopy(string directory)
    {
        _directory = directory;
        CopyFiles(directory, _copy);
    }

    /// <summary>Replaces everything that the server has by now. It must not run.</summary>
    public void PutBack()
    {
        foreach (var file in Directory.GetFiles(_directory))
            File.Delete(file);
        foreach (var setAside in Directory.GetDirectories(_directory))
            Directory.Delete(setAside, recursive: true);
        CopyFiles(_copy, _directory);
    }

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    private static void CopyFiles(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
