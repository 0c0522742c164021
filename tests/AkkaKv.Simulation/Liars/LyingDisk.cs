using AkkaKv.SimulatedStorage;
using AkkaKv.Storage;

namespace AkkaKv.Simulation;

/// <summary>
/// A disk that says "synced" and has synced nothing, as cheap ones do to look fast. Files that are being created are synced honestly, so
/// that a store comes about at all.
/// </summary>
internal sealed class LyingDisk(SimulatedFileSystem disk) : DiskBetween(disk)
{
    public override IFile Open(string name) => new FileBetween(base.Open(name), static () => { });
}
