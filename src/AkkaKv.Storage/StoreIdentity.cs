using System.Globalization;
using System.Text;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// The file <c>identity</c>: whose store a directory holds, in words that an operator can read. It is written last when a
/// store is created, so its presence says that the log must be there too. The log is what decides about the cluster.
/// </summary>
/// <param name="Server">The server whose data this is.</param>
/// <param name="StoreId">The name of the store.</param>
/// <param name="ClusterId">The cluster it joined; none while it is blank.</param>
public sealed record StoreIdentity(ReplicaId Server, StoreId StoreId, ClusterId ClusterId)
{
    /// <summary>The version of everything in the directory. Another one is refused, never guessed at.</summary>
    private const string FormatLine = "akkakv-store 2";

    private const int FileBytesMax = 1024;

    internal void Write(IFileSystem files) => files.Replace(FileNames.Identity, Encoding.ASCII.GetBytes(Text()));

    /// <exception cref="DamagedDataException">The file does not verify.</exception>
    /// <exception cref="StoreRefusedException">Another version wrote it.</exception>
    internal static StoreIdentity Read(IFileSystem files)
    {
        var buffer = new byte[FileBytesMax];
        int length;
        using (var file = files.Open(FileNames.Identity)) length = ReadAll(file, files, buffer);

        var text = Encoding.ASCII.GetString(buffer, 0, length);
        var end = text.IndexOf("checksum ", StringComparison.Ordinal);
        if (end < 0 || text != Sealed(text[..end])) throw Damage(files);

        var lines = text.Split('\n');
        if (lines[0] != FormatLine)
            throw new StoreRefusedException($"the data in {files.Root} is of another version: '{lines[0]}', not '{FormatLine}'");
        return Parse(lines) ?? throw Damage(files);
    }

    private static int ReadAll(IFile file, IFileSystem files, byte[] buffer)
    {
        try
        {
            return file.Read(0, buffer);
        }
        catch (StorageFailureException problem) when (problem.IsUnreadable)
        {
            throw new DamagedDataException(files.PathOf(FileNames.Identity), 0, "the disk cannot read it back");
        }
    }

    private string Text() => Sealed(string.Create(
        CultureInfo.InvariantCulture, $"{FormatLine}\nserver {Server.Slot}\nstore {StoreId}\ncluster {ClusterId}\n"));

    private static string Sealed(string text) => $"{text}checksum {Crc32C.Compute(Encoding.ASCII.GetBytes(text)):x8}\n";

    private static DamagedDataException Damage(IFileSystem files) =>
        new(files.PathOf(FileNames.Identity), 0, "the identity does not verify");

    private static StoreIdentity? Parse(string[] lines) =>
        lines is [_, var server, var store, var cluster, ..]
        && server.StartsWith("server ", StringComparison.Ordinal)
        && byte.TryParse(server.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var slot)
        && store.StartsWith("store ", StringComparison.Ordinal)
        && Guid.TryParseExact(store.AsSpan(6), "N", out var storeId)
        && cluster.StartsWith("cluster ", StringComparison.Ordinal)
        && Guid.TryParseExact(cluster.AsSpan(8), "N", out var clusterId)
            ? new StoreIdentity(new ReplicaId(slot), new StoreId(storeId), new ClusterId(clusterId))
            : null;
}
