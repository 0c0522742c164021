using System.Diagnostics;

namespace AkkaKv.Storage.Tests;

/// <summary>The same store on a real disk.</summary>
public sealed class OsFileSystemTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkakv-storage-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_store_on_a_real_disk_is_found_again()
    {
        var files = new OsFileSystem(Path.Combine(_directory, "1"));
        using (var store = DurableStore.Open(files, Records.Options with { PrepareInBackground = true }))
        {
            store.WriteAll([Records.Join(), Records.Promise(2), .. Records.Appends(1, 1, 100)]);
            store.WriteSnapshot(Records.At(1, 50), 100_000);
            Assert.True(store.Log.TryCheckpoint(Records.At(1, 50)));
            store.Tidy();
        }

        using var again = DurableStore.Open(files, Records.Options);
        Assert.Equal(50, again.Entries.Count);
        Assert.Equal(Records.Cluster, again.Identity.ClusterId);
        Assert.Equal(2, again.Log.Incarnation);
    }

    [Fact]
    public void A_large_file_is_gone_before_the_disk_has_all_of_it_back()
    {
        var files = new OsFileSystem(_directory);
        using (var file = files.Create("large")) file.Write(0, new byte[10_000_000]);
        var rests = 0;

        files.DeleteDurably("large", _ =>
        {
            rests++;
            Assert.Empty(files.List());
        });

        Assert.Equal(2, rests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_is_not_there_cannot_be_deleted(bool rests)
    {
        var files = new OsFileSystem(_directory);
        var failure = Assert.Throws<StorageFailureException>(() => files.DeleteDurably("none", rests ? _ => { } : null));
        Assert.Equal(LibC.NoEntry, failure.ErrorNumber);
    }

    [Fact]
    public void A_directory_in_use_is_refused()
    {
        using var store = DurableStore.Open(new OsFileSystem(_directory), Records.Options);
        var refused = Assert.Throws<StoreRefusedException>(() => DurableStore.Open(new OsFileSystem(_directory), Records.Options));
        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_no_directory_is_refused()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");
        Assert.Throws<StoreRefusedException>(() => new OsFileSystem(file));
    }

    [Fact]
    public void Damaged_files_are_moved_and_named()
    {
        var files = new OsFileSystem(_directory);
        DurableStore.Open(files, Records.Options).Dispose();
        File.WriteAllText(Path.Combine(_directory, "identity"), "nonsense");
        var damage = Assert.Throws<DamagedDataException>(() => DurableStore.Open(files, Records.Options));
        Assert.Equal(Path.Combine(_directory, "identity"), damage.File);
        using var store = DurableStore.Open(files, Records.Options with { DiscardDamagedInto = "damaged-now" });
        Assert.Equal("nonsense", File.ReadAllText(Path.Combine(_directory, "damaged-now", "identity")));
    }

    /// <summary>
    /// The kernel accepts the write and fails the fdatasync: a loop device on a tmpfs that is too small. .NET's own flush says
    /// nothing in this case.
    /// </summary>
    [LoopDeviceFact]
    public void An_fdatasync_that_fails_is_reported()
    {
        using var device = new FailingDevice(_directory);
        var files = new OsFileSystem(device.MountPoint);
        using var file = files.Create("file");
        var failure = Assert.Throws<StorageFailureException>(() =>
        {
            var block = new byte[1024 * 1024];
            for (var i = 0; i < 24; i++) file.Write(i * (long)block.Length, block.Select(_ => (byte)i).ToArray());
            file.Sync();
        });
        Assert.Equal("fdatasync", failure.Operation);
        Assert.EndsWith("file", failure.File, StringComparison.Ordinal);
    }
}

/// <summary>Skipped, and says so, where loop devices cannot be mounted.</summary>
internal sealed class LoopDeviceFactAttribute : FactAttribute
{
    public LoopDeviceFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") Skip = "needs root on Linux, to mount a loop device";
        else if (!File.Exists("/dev/loop-control")) Skip = "this machine offers no loop devices";
    }
}

/// <summary>A file system of 32 MiB that stands on 16 MiB of memory.</summary>
internal sealed class FailingDevice : IDisposable
{
    private readonly string _memory;

    public FailingDevice(string directory)
    {
        _memory = Path.Combine(directory, "memory");
        MountPoint = Path.Combine(directory, "mount");
        Directory.CreateDirectory(_memory);
        Directory.CreateDirectory(MountPoint);
        Run("mount", "-t", "tmpfs", "-o", "size=16m", "none", _memory);
        try
        {
            var image = Path.Combine(_memory, "image");
            Run("truncate", "-s", "32M", image);
            Run("mkfs.ext4", "-q", "-O", "^has_journal", image);
            Run("mount", "-o", "loop", image, MountPoint);
        }
        catch
        {
            Run("umount", _memory);
            throw;
        }
    }

    public string MountPoint { get; }

    public void Dispose()
    {
        Run("umount", "-l", MountPoint);
        Run("umount", "-l", _memory);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program}: {errors}");
    }
}
