using AkkaKv.SimulatedStorage;

namespace AkkaKv.Simulation.World;

/// <summary>What a server does with its files in many calls.</summary>
internal enum FileWork
{
    /// <summary>Recovery, a new store, or damaged files set aside.</summary>
    Start,

    /// <summary>A snapshot of its own state.</summary>
    Snapshot,

    /// <summary>A snapshot that another server sent.</summary>
    Installation,

    /// <summary>The log names a snapshot, and what came before it is deleted.</summary>
    Tidying,
}

/// <summary>A death between two calls of such work.</summary>
/// <param name="work">Which work.</param>
/// <param name="calls">It is the last call of so many that change the disk, in one piece of such work or in several.</param>
/// <param name="fault">What becomes of that call.</param>
/// <param name="loss">What becomes of what was not synced; null if only the process dies.</param>
internal sealed class FileCrash(FileWork work, int calls, FaultKind fault, PowerLoss? loss)
{
    private int _calls;

    public FileWork Work => work;

    public static FileCrash Draw(Prng random)
    {
        var work = (FileWork)random.Next(4);
        var isLong = work == FileWork.Start && random.Chance(0.5); // A new store takes more calls than one that is there.
        return new FileCrash(
            work,
            1 + random.Next(isLong ? 18 : 7),
            (FaultKind)((int)FaultKind.CrashBefore + random.Next(3)),
            random.Chance(0.6) ? (PowerLoss)random.Next(3) : null);
    }

    public FileFault Next(FileOperation operation)
    {
        if (operation.Call is FileCall.Lock or FileCall.List or FileCall.Open or FileCall.Read) return default;
        return ++_calls == calls ? new FileFault(fault) : default;
    }

    public void Strike(SimulatedFileSystem disk)
    {
        if (loss is { } kept) disk.LosePower(kept);
        else disk.Kill();
    }

    public override string ToString() =>
        $"dies inside its {work}, call {calls} ({fault}, {(loss is { } kept ? $"power {kept}" : "killed")})";
}
